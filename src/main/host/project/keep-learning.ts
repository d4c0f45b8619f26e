import { setTimeout as wait } from 'node:timers/promises';
import { whyNotFrom } from '@shared/continuing';
import { EspalierError, type ErrorCode, toEspalierError } from '@shared/errors';
import type { Learning } from '@shared/protocol';
import { continuing, settingsFrom, type TrainSettings } from '@shared/settings';
import { estimateOf } from '@shared/verdict';
import { LabelWatch } from './label-watch';
import type { LibraryHost } from './library-host';
import type { Training } from './training';

/** What only other labels can put right. */
const WAITS: ReadonlySet<ErrorCode> = new Set(['TRAIN_NO_LABELS', 'TRAIN_ONE_CLASS', 'TRAIN_NO_UNLABELLED']);
/** Milliseconds between two looks at whether labels have changed. */
const LOOK_MS = 1500;
/** Two fits of one head differ by so much; and fewer images than these say nothing of a class that only one of them has. */
const [SPREAD, JUDGES] = [0.02, 6];

interface Session {
  readonly settings: TrainSettings;
  readonly watch: LabelWatch;
  readonly controller: AbortController;
  waiting: string | null;
  /** Settles when it is over. */
  done: Promise<void>;
}

/**
 * Learns on in the background while somebody labels: short runs, one after the other, each from the best one before. A round begins when
 * labels have changed since the last one began; where they change while it predicts, it ends there. Of a chain of rounds the best, the last
 * and the one before it keep their files.
 */
export class KeepLearning {
  #session: Session | null = null;
  #image: number | null = null;

  constructor(
    private readonly library: LibraryHost,
    private readonly training: Training,
    private readonly changed: (learning: Learning | null, reason: string | null) => void,
  ) {}

  get status(): Learning | null {
    return this.#session && { waiting: this.#session.waiting };
  }

  /**
   * @param settings of a round that begins from scratch
   * @param from the run that the first one begins from, where that fits; null: from scratch
   * @throws EspalierError TRAIN_BUSY when a run goes on
   */
  start(settings: TrainSettings, from: string | null): void {
    if (this.#session) return;
    if (this.training.status) throw new EspalierError('TRAIN_BUSY');
    const session: Session = {
      settings: roundSettings(settings),
      watch: new LabelWatch(async () => (await this.library.call('labels.stamp', null)).stamp),
      controller: new AbortController(),
      waiting: null,
      done: Promise.resolve(),
    };
    this.#session = session;
    this.changed(this.status, null);
    session.done = this.#goOn(session, from);
  }

  /** Ends it, and the round that goes on; fulfilled when nothing goes on any more. */
  async stop(): Promise<void> {
    const session = this.#session;
    session?.controller.abort();
    await session?.done;
  }

  /** The image that is predicted first. */
  look(imageId: number | null): void {
    this.#image = imageId;
  }

  async #goOn(session: Session, from: string | null): Promise<void> {
    const { controller, watch } = session;
    const { signal } = controller;
    let reason: string | null = null;
    try {
      const chain = new Chain(this.library, session.settings);
      if (from !== null) await chain.beginFrom(from);
      while (!signal.aborted) {
        if (!this.training.status && (await watch.due())) {
          const told = session.waiting;
          session.waiting = await this.#round(session, chain);
          if (session.waiting !== told) this.changed(this.status, null);
        }
        await pause(signal);
      }
    } catch (thrown) {
      if (!signal.aborted) reason = toEspalierError(thrown).message;
    } finally {
      this.#session = null;
      this.changed(null, reason);
    }
  }

  /** @returns why there is none, where other labels can put that right @throws EspalierError why there can be no other */
  async #round({ watch, controller }: Session, chain: Chain): Promise<string | null> {
    watch.taken();
    try {
      const { runId, outcome } = await this.training.start(chain.next, {
        chain: chain.number ?? 'new',
        predict: (id) => chain.takeIn(id),
        first: () => this.#image,
      });
      await chain.begun(runId);
      const over = new AbortController();
      const ended = outcome.finally(() => over.abort());
      ended.catch(() => undefined);
      controller.signal.addEventListener('abort', () => over.abort(), { signal: over.signal });
      if (controller.signal.aborted) over.abort();
      await this.#attend(over.signal, watch);
      if (controller.signal.aborted) this.training.stop('stop');
      const { status, predictionFailure } = await ended;
      await chain.prune();
      if (predictionFailure) throw predictionFailure;
      // Somebody has stopped it by hand.
      if (status !== 'finished') controller.abort();
      return null;
    } catch (thrown) {
      const error = toEspalierError(thrown);
      if (WAITS.has(error.code)) return error.message;
      if (error.code === 'TRAIN_BUSY') watch.again();
      else throw error;
      return null;
    }
  }

  /** Until a round is over: ends its prediction, once it has begun, where labels have changed since it began. */
  async #attend(over: AbortSignal, watch: LabelWatch): Promise<void> {
    while (!over.aborted) {
      await pause(over);
      const progress = this.training.status?.progress;
      if (!over.aborted && progress?.phase === 'predicting' && progress.step > 0 && (await watch.due())) return this.training.stop('stop');
    }
  }
}

/** The rounds that follow each other. */
class Chain {
  /** The number of its first round. */
  number: number | null = null;
  #best: string | null = null;
  readonly #rounds: string[] = [];

  constructor(
    private readonly library: LibraryHost,
    private readonly settings: TrainSettings,
  ) {}

  /** Begins from a run, if that fits. */
  async beginFrom(runId: string): Promise<void> {
    const run = await this.library.call('runs.get', { runId });
    if (whyNotFrom(this.settings, run) === null) this.#best = runId;
  }

  /** Settings of the next round. */
  get next(): TrainSettings {
    return this.#best === null ? this.settings : continuing(this.settings, this.#best);
  }

  async begun(runId: string): Promise<void> {
    this.#rounds.push(runId);
    this.number = (await this.library.call('runs.get', { runId })).chain;
  }

  /** Takes note of how good a round that has finished is. @returns whether it is the best */
  async takeIn(runId: string): Promise<boolean> {
    const { epochs } = await this.library.call('runs.get', { runId });
    const verdict = epochs.at(-1)?.verdict;
    const began = verdict?.began ?? null;
    if (this.#best !== null && verdict && began !== null && verdict.images >= JUDGES && estimateOf(verdict) < began - SPREAD) {
      const sentence = `On held-out labels it does worse than ${this.#best}, from which it began: so that one stays, and this one predicts nothing.`;
      await this.library.call('runs.record', { runId, news: [{ kind: 'note', sentence }] });
      return false;
    }
    this.#best = runId;
    return true;
  }

  /** What nobody looks at any more need not be kept. */
  async prune(): Promise<void> {
    const keep = [...new Set([...this.#rounds.slice(-2), ...(this.#best === null ? [] : [this.#best])])];
    if (this.number !== null) await this.library.call('runs.prune', { chain: this.number, keep });
  }
}

/** Rounds are those of a head, which takes a minute: where a whole network is planned, those of `balanced`. */
function roundSettings(settings: TrainSettings): TrainSettings {
  return settings.decoder === 'pixel'
    ? { ...settings, from: null, hours: 0 }
    : { ...settingsFrom('balanced'), seed: settings.seed, threads: settings.threads };
}

async function pause(signal: AbortSignal): Promise<void> {
  await wait(LOOK_MS, undefined, { signal }).catch(() => undefined);
}
