import type { ResultOf } from '@shared/protocol';
import { Throttle } from '../state/throttle';
import type { Workbench } from '../state/workbench.svelte';

type Count = ResultOf<'classes.counts'>[number];

/** Milliseconds between two counts of all images, at least. */
const INTERVAL = 1500;

/** How many images and pixels of the whole project have each class, followed while they change. Call while a component is being made. */
export function classCounts(wb: Workbench): { readonly known: boolean; of(id: number): Count } {
  let counts = $state.raw<Partial<Record<number, Count>> | null>(null);
  const reading = new Throttle(INTERVAL, async () => {
    await wb.notices.attempt(async () => {
      const list = await wb.calls.call('classes.counts', null);
      counts = Object.fromEntries(list.map((each) => [each.id, each]));
    });
  });
  $effect(() => {
    void wb.labels.revision;
    void wb.project.classes;
    if (wb.project.summary) reading.ask();
  });
  $effect(() => () => reading.stop());
  return {
    /** The first count is here. */
    get known() {
      return counts !== null;
    },
    of: (id) => counts?.[id] ?? { id, images: 0, pixels: 0 },
  };
}
