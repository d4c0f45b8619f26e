import { EspalierError } from '@shared/errors';
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

/** Masks made elsewhere become labels of the open project. */
export class MaskImport {
  /** A folder of masks of 0 and 255, of which it is to be said what 255 is. */
  white = $state.raw<string | null>(null);

  constructor(private readonly parts: MaskImportParts) {}

  /**
   * Opens a folder of images first where none is open.
   * @param chosen the folder of masks; asked for when there is none
   * @param white what 255 is in masks of 0 and 255 alone: a class, or (null) unlabelled; asked for when it is left out
   */
  async run(chosen: string | null = null, white?: number | null): Promise<void> {
    const { calls, images, labels, notices, peer, preparing, project, projects, shown } = this.parts;
    if (!project.summary) await projects.openFolder();
    if (!project.summary) return;
    await preparing.during('Importing masks', async (onProgress) => {
      const title = 'Choose the folder of masks (PNG, named like the images)';
      const folder = chosen ?? (await peer.call('app.chooseFolder', { title }));
      if (!folder) return;
      await projects.indexed;
      await labels.flush();
      const result = await calls.call('import.masks', { folder, imageIds: null, white }, { onProgress }).catch((error: unknown) => {
        if (!(error instanceof EspalierError && error.code === 'IMPORT_BINARY')) throw error;
        this.white = folder;
        return null;
      });
      if (!result) return;
      const { imported, added, skipped } = result;
      notices.info(`${imported} masks imported.${added.length > 0 ? ` Classes added: ${added.join(', ')}.` : ''}`);
      const some = skipped.slice(0, 3).map(({ name, reason }) => `${name} (${reason})`);
      if (some.length > 0) notices.failure(`${skipped.length} masks were left out: ${some.join(', ')}${skipped.length > 3 ? ', …' : ''}.`);
      await project.refresh();
      await images.reload();
      await shown.reload();
    });
  }
}
