import type { Workbench } from '../../state/workbench.svelte';

/** Lets tools take labels over from the prediction of the current image, which counts as accepting it. Call while a component is being made. */
export function offerPrediction({ editing, review }: Workbench): void {
  $effect(() => {
    const [planes, save] = [review.planes, review.saveAccepted(null)];
    editing.prediction = save && planes;
    editing.saveAccepted = planes && save;
    return () => {
      editing.prediction = null;
      editing.saveAccepted = null;
    };
  });
}
