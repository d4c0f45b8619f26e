import { predictionColors } from '../../canvas/colors';
import type { PredictionLook } from '../../canvas/stage';
import type { Workbench } from '../../state/workbench.svelte';

/** The prediction of the image shown as the canvas shows it; null where there is none, or of another size. */
export function predictionLook({ look, project, review, shown }: Workbench): PredictionLook | null {
  const { planes, table } = review;
  const { width, height } = shown.size;
  if (planes?.width !== width || planes.height !== height) return null;
  return { planes, states: table, colors: predictionColors(project.classes, look.overlay) };
}
