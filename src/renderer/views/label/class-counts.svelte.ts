import type { ResultOf } from '@shared/protocol';
import type { Workbench } from '../../state/workbench.svelte';

type Count = ResultOf<'classes.counts'>[number];

/** Milliseconds after the last change at which all images are counted again. */
const REST = 1500;

/** How many images and pixels of the whole project have each class, a moment after they changed. Call while a component is being made. */
export function classCounts(wb: Workbench): { of(id: number): Count } {
  let counts = $state.raw<Partial<Record<number, Count>>>({});
  let first = true;
  async function read(): Promise<void> {
    await wb.notices.attempt(async () => {
      const list = await wb.peer.call('classes.counts', null);
      counts = Object.fromEntries(list.map((each) => [each.id, each]));
    });
  }
  $effect(() => {
    void wb.editing.revision;
    void wb.project.classes;
    if (!wb.project.summary) return;
    const timer = setTimeout(() => void read(), first ? 0 : REST);
    first = false;
    return () => clearTimeout(timer);
  });
  return { of: (id) => counts[id] ?? { id, images: 0, pixels: 0 } };
}
