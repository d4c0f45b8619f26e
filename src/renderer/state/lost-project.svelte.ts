import { toEspalierError, type ErrorCode, type EspalierError } from '@shared/errors';
import type { Warning } from '@shared/protocol';
import type { Peer } from '@shared/rpc';
import type { Images } from './images.svelte';
import type { LabelSessions } from './label-sessions.svelte';
import type { Notices } from './notices.svelte';
import type { Preparing } from './preparing.svelte';
import type { ShownProject } from './shown-project.svelte';
import type { ProjectCalls } from './project-calls';
import type { Runs } from './runs.svelte';
import type { ShownImage } from './shown-image.svelte';

/** Failures that mean: the project that is shown is not open, or not where it is shown. */
const LOST: ReadonlySet<ErrorCode> = new Set(['PROJECT_MOVED', 'PROJECT_NOT_OPEN']);

/** Milliseconds between looks at where the project is. */
const LOOKED_AT_EVERY = 5000;

export interface LostProjectParts {
  readonly peer: Peer;
  readonly calls: ProjectCalls;
  readonly project: ShownProject;
  readonly images: Images;
  readonly runs: Runs;
  readonly labels: LabelSessions;
  readonly shown: ShownImage;
  readonly preparing: Preparing;
  readonly notices: Notices;
}

/** Whether the open project is where it is shown, and how it is found again where it is not. */
export class LostProject {
  /** Why nothing can be saved in it until the user says where it is; null while it is where it is shown. */
  why = $state.raw<Warning | null>(null);

  constructor(private readonly parts: LostProjectParts) {
    parts.labels.failed.on((error) => this.lose(error));
  }

  /** Looks now and then, and when the user comes back to the window, whether the project is still where it is shown. */
  watch(): () => void {
    const look = (): void => void this.#look();
    const timer = setInterval(look, LOOKED_AT_EVERY);
    window.addEventListener('focus', look);
    return () => {
      clearInterval(timer);
      window.removeEventListener('focus', look);
    };
  }

  /** Takes note of a failure that means: nothing can be saved until the user says where the project is. Others are told where they occur. */
  lose({ code, message }: Pick<EspalierError, 'code' | 'message'>): void {
    if (LOST.has(code) && this.parts.project.summary) this.why = { code, sentence: message };
  }

  /** Goes on with the project that was lost where it is now; what was painted meanwhile is saved there. */
  async reopen(folder = this.parts.project.summary?.folder): Promise<void> {
    if (folder === undefined) return;
    const { project, preparing } = this.parts;
    preparing.now = { what: 'Opening the project', progress: null };
    try {
      project.show(await project.reopen(folder));
      await this.found();
    } catch (thrown) {
      const { code, message } = toEspalierError(thrown);
      this.why = { code, sentence: message };
    } finally {
      preparing.now = null;
    }
  }

  /** Asks where the project that was lost is now. */
  async reopenElsewhere(): Promise<void> {
    await this.parts.notices.attempt(async () => {
      const folder = await this.parts.peer.call('app.chooseFolder', { title: 'Choose the folder that the project is in now' });
      if (folder) await this.reopen(folder);
    });
  }

  /** The project is there again, shown already: everything is read anew, and saving goes on. */
  async found(): Promise<void> {
    const { labels, images, runs, shown } = this.parts;
    this.why = null;
    labels.retry();
    await Promise.all([images.reload(), runs.load()]);
    await shown.reload();
  }

  async #look(): Promise<void> {
    const { calls, labels, preparing, project } = this.parts;
    if (!project.summary || preparing.now) return;
    try {
      await calls.call('project.check', null);
      if (!this.why) return;
      this.why = null;
      labels.retry();
    } catch (thrown) {
      this.lose(toEspalierError(thrown));
    }
  }
}
