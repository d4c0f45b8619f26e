import type { Workbench } from '../../state/workbench.svelte';

/** Lets tools take labels over from the prediction of the current image, which counts as accepting it. Call while a component is being made. */
export function offerPrediction({ editing, review }: Workbench): void {
  $effect(() => {
    const { seen } = review;
    if (!seen || editing.session?.imageId !== seen.image.id) return;
    editing.prediction = { planes: seen.planes, saving: (region) => review.saveAccepted(seen, region, null) };
    return () => (editing.prediction = null);
  });
}
