import type { Workbench } from './workbench.svelte';

/** Follows what the other processes tell the window. */
export function follow({ peer, notices, runs, learning, images, project, review, lost }: Workbench): void {
  peer.on('training.changed', (change) => {
    if (change.reason) notices.failure(change.reason);
    void notices.attempt(async () => {
      await runs.changed(change);
      const run = runs.list.find(({ id }) => id === change.runId);
      // Rounds come and go.
      if (!change.progress && run?.status === 'finished' && run.chain === null)
        notices.info(`Run ${run.number} has finished; Review shows what it believes.`);
      const { reviewing } = images;
      if (!change.progress && reviewing.query.runId === change.runId) await reviewing.reload();
    });
  });
  peer.on('learning.changed', (change) => learning.changed(change));
  peer.on('project.changed', ({ what }) => {
    if (!project.summary) return;
    void notices.attempt(async () => {
      if (what === 'images') await Promise.all([project.refresh(), images.reload()]);
      else {
        if (what === 'predictions') review.forget();
        await runs.refresh();
      }
    });
  });
  peer.on('project.lost', ({ code, sentence }) => {
    if (project.summary) lost.why = { code, sentence };
    else notices.failure(sentence, code);
  });
  peer.on('child.restarted', ({ child }) => {
    if (child !== 'library' || !project.summary) return;
    void notices.attempt(async () => {
      await Promise.all([project.refresh(), runs.refresh(), images.reload()]);
      notices.info('The library process was restarted; everything saved is still there.');
    });
  });
}
