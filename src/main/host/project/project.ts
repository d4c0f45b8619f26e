import { FIRST_CLASSES } from '@shared/class-set';
import {
  isMethod,
  methods,
  type EventName,
  type OpenedProject,
  type ParamsOf,
  type PayloadOf,
  type Progress,
  type Verification,
} from '@shared/protocol';
import type { TrainSettings } from '@shared/settings';
import { EspalierError, toEspalierError } from '@shared/errors';
import type { CallOptions } from '@shared/rpc';
import { EngineHost } from './engine-host';
import { KeepLearning } from './keep-learning';
import { LibraryHost, type LibraryHostOptions, wordsOf } from './library-host';
import { Previews } from './previews';
import { type StartedRun, Training, type TrainingOutcome } from './training';

export interface ProjectListener {
  /** Whether somebody works in a window meanwhile. */
  readonly window: boolean;
  event<E extends EventName>(name: E, payload: PayloadOf<E>): void;
  log(line: string): void;
  /** A project was opened, for who does not ask for it himself. */
  opened?(project: OpenedProject): void;
}

/** What changes which project is open is for this side alone to say: it must know. */
const OWN: ReadonlySet<string> = new Set(['project.open', 'project.close', 'project.restore', 'project.verify']);

/** What one window or one command works with: a library child, an engine child, and the run between them. */
export class Project {
  readonly library: LibraryHost;
  readonly engine: EngineHost;
  readonly training: Training;
  readonly previews: Previews;
  readonly learning: KeepLearning;

  /** @param library which program the library is, and how it waits: for tests */
  constructor(
    private readonly listener: ProjectListener,
    library: Pick<LibraryHostOptions, 'script' | 'wait'> = {},
  ) {
    this.library = new LibraryHost({
      log: (line) => listener.log(line),
      onOpen: (opened) => listener.opened?.(opened),
      onRestart: (ending) => listener.event('child.restarted', { child: 'library', reason: wordsOf(ending) }),
      onLost: (error) => listener.event('project.lost', { code: error.code, sentence: error.message }),
      ...library,
    });
    this.engine = new EngineHost((line) => listener.log(line), listener.window);
    this.previews = new Previews(this.library, this.engine);
    this.training = new Training({
      library: this.library,
      engine: this.engine,
      listener: {
        changed: (runId, progress, reason) => {
          listener.event('training.changed', { runId, progress, reason });
          if (!progress) listener.event('project.changed', { what: 'runs' });
        },
        recorded: (what) => listener.event('project.changed', { what }),
      },
    });
    this.learning = new KeepLearning(this.library, this.training, (learning, reason) =>
      listener.event('learning.changed', { learning, reason }),
    );
  }

  /** Opens the project of a folder: the one of an id, or whichever; then a folder that never had one gets one. */
  async openOrCreate(folder: string, project?: string): Promise<OpenedProject> {
    await this.learning.stop();
    try {
      return await this.library.open({ folder, create: null, project });
    } catch (error) {
      if (project !== undefined || toEspalierError(error).code !== 'PROJECT_MISSING') throw error;
      return this.library.open({ folder, create: { classes: [...FIRST_CLASSES] } });
    }
  }

  /** Closes the open project, which no run may need but one of keep learning, which ends. @throws EspalierError TRAIN_BUSY */
  async closeProject(): Promise<void> {
    await this.learning.stop();
    if (this.training.status) throw new EspalierError('TRAIN_BUSY');
    await this.library.closeProject();
  }

  /** Makes a backup the project of its folder again, and opens it. @throws EspalierError TRAIN_BUSY, and those of `project.restore` */
  async restore(params: ParamsOf<'project.restore'>): Promise<OpenedProject> {
    await this.learning.stop();
    if (this.training.status) throw new EspalierError('TRAIN_BUSY');
    const { folder } = this.library;
    try {
      await this.library.restore(params);
    } catch (error) {
      // Nothing was changed: what was open goes on.
      if (folder !== null) await this.library.open({ folder, create: null });
      throw error;
    }
    return this.library.open({ folder: params.folder, create: null });
  }

  /** Looks for faults in the open project, with `repair` mends what can be mended, and opens it again. @throws EspalierError PROJECT_NOT_OPEN, TRAIN_BUSY, and those of `project.verify` */
  async verify(repair: boolean, options?: CallOptions<Progress>): Promise<{ verification: Verification; opened: OpenedProject }> {
    const { folder } = this.library;
    if (folder === null) throw new EspalierError('PROJECT_NOT_OPEN');
    if (this.training.status) throw new EspalierError('TRAIN_BUSY');
    try {
      const verification = await this.library.verify({ folder, repair }, options);
      return { verification, opened: await this.library.open({ folder, create: null }) };
    } catch (error) {
      if (this.library.folder === null) await this.library.open({ folder, create: null });
      throw error;
    }
  }

  /** Starts a run whose outcome is told by events. */
  async train(settings: TrainSettings): Promise<{ runId: string }> {
    return this.#follow(await this.training.start(settings));
  }

  /** Goes on with a run, whose outcome is told by events. */
  async resume(runId: string): Promise<void> {
    this.#follow(await this.training.resume(runId));
  }

  /** Predicts what a run has not predicted with Best masks, or without; how that goes is told by events. */
  async predict(runId: string, best: boolean): Promise<void> {
    this.#follow(await this.training.predict(runId, { best }));
  }

  #follow({ runId, outcome }: StartedRun<TrainingOutcome | null>): { runId: string } {
    const log = (what: string, error: unknown): void => this.listener.log(`run ${runId}: ${what}: ${detailOf(toEspalierError(error))}`);
    outcome.then(
      (ended) => ended?.predictionFailure && log('its prediction failed', ended.predictionFailure),
      (error: unknown) => log('it failed', error),
    );
    return { runId };
  }

  /** Forwards a call to the child that owns its method; parameters and results are validated where they are received. */
  forward(method: string, params: unknown, options: CallOptions): Promise<unknown> {
    const owner = isMethod(method) && !OWN.has(method) ? methods[method].owner : null;
    if (owner === 'library') return this.library.callRaw(method, params, options);
    if (owner === 'engine') return this.engine.callRaw(method, params, options);
    throw new EspalierError('UNKNOWN_METHOD', { method });
  }

  /** Ends what is going on, a training with its checkpoint kept, and the children. */
  async close(): Promise<void> {
    // A round is interrupted as any run.
    const learning = this.learning.stop();
    await this.training.close();
    await learning;
    this.engine.kill();
    await this.library.close();
  }
}

/** An error as the log wants it: with what caused it. */
function detailOf({ message, cause }: EspalierError): string {
  return cause === undefined ? message : `${message}\n${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`;
}
