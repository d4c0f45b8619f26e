import { toEspalierError } from '@shared/errors';
import type { ParamsOf, ResultOf } from '@shared/protocol';
import type { Peer } from '@shared/rpc';
import type { Images } from './images.svelte';
import type { LabelSessions } from './label-sessions.svelte';
import type { Notices } from './notices.svelte';
import type { Preparing } from './preparing.svelte';
import type { ShownProject } from './shown-project.svelte';
import type { ProjectCalls } from './project-calls';
import type { Projects } from './projects.svelte';
import type { ShownImage } from './shown-image.svelte';

export interface MaskImportParts {
  readonly peer: Peer;
  readonly calls: ProjectCalls;
  readonly project: ShownProject;
  readonly projects: Projects;
  readonly images: Images;
  readonly labels: LabelSessions;
  readonly shown: ShownImage;
  readonly preparing: Preparing;
  readonly notices: Notices;
}

/** What a chosen folder holds, to be looked at before anything of it is imported. */
export interface FoundMasks {
  readonly folder: string;
  /** The format named by the user; null: as it is recognised. */
  readonly format: string | null;
  /** Null: it cannot be read so; `problem` says why. */
  readonly look: ResultOf<'import.look'> | null;
  readonly problem: string | null;
}

/** Masks and annotations made elsewhere become labels of the open project. */
export class MaskImport {
  found = $state.raw<FoundMasks | null>(null);

  constructor(private readonly parts: MaskImportParts) {}

  /** Asks for a folder and looks at it; opens a folder of images first where none is open. */
  async choose(): Promise<void> {
    const { calls, peer, preparing, project, projects } = this.parts;
    if (!project.summary) await projects.openFolder();
    if (!project.summary) return;
    await preparing.during('Looking at the folder', async () => {
      const folder = await peer.call('app.chooseFolder', { title: 'Choose the folder of masks or annotations' });
      if (!folder) return;
      await projects.indexed;
      this.found = { folder, format: null, look: await calls.call('import.look', { folder, format: null, options: {} }), problem: null };
    });
  }

  /** Looks at the folder again, as one of another format. */
  async lookAs(folder: string, format: string): Promise<void> {
    try {
      this.found = { folder, format, look: await this.parts.calls.call('import.look', { folder, format, options: {} }), problem: null };
    } catch (thrown) {
      this.found = { folder, format, look: null, problem: toEspalierError(thrown).message };
    }
  }

  /** Imports what was looked at. Where that fails, it is looked at still, and the reason is said there. */
  async run({ folder, look }: FoundMasks, options: ParamsOf<'import.masks'>['options']): Promise<void> {
    const { calls, images, labels, notices, preparing, project, shown } = this.parts;
    const found = this.found;
    this.found = null;
    await preparing.during('Importing masks', async (onProgress) => {
      await labels.flush();
      const params = { folder, format: look?.format ?? null, options, imageIds: null };
      const result = await calls.call('import.masks', params, { onProgress }).catch((thrown: unknown) => {
        const error = toEspalierError(thrown);
        if (error.code === 'CANCELLED' || found === null) throw error;
        this.found = { ...found, problem: error.message };
        return null;
      });
      if (result) {
        const { imported, added, skipped } = result;
        notices.info(`${imported} masks imported.${added.length > 0 ? ` Classes added: ${added.join(', ')}.` : ''}`);
        const some = skipped.slice(0, 3).map(({ name, reason }) => `${name} (${reason})`);
        if (some.length > 0)
          notices.failure(`${skipped.length} masks were left out: ${some.join(', ')}${skipped.length > 3 ? ', …' : ''}.`);
      }
      await project.refresh();
      await images.reload();
      await shown.reload();
    });
  }
}
