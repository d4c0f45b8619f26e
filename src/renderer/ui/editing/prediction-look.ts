import { predictionColors, previewColors } from '../../canvas/colors';
import { renderPrediction, renderPreview } from '../../canvas/render';
import type { PredictionLook } from '../../canvas/stage';
import type { Workbench } from '../../state/workbench.svelte';

/** The prediction of the image shown as the canvas shows it; null where there is none, or of another size. */
export function predictionLook({ look, project, review, shown }: Workbench): PredictionLook | null {
  const { planes, table } = review;
  const { width, height } = shown.size;
  if (planes?.width !== width || planes.height !== height) return null;
  const colors = predictionColors(project.classes, look.overlay);
  return { draw: (words, grid, rect) => renderPrediction(words, grid, rect, planes, table, colors) };
}

/** The preview of the image shown; null where none is wanted, or there is none yet. */
export function previewLook({ look, preview, project, shown }: Workbench): PredictionLook | null {
  const planes = preview.shown;
  const { width, height } = shown.size;
  if (planes?.width !== width || planes.height !== height) return null;
  const colors = previewColors(project.classes, look.overlay);
  return { draw: (words, grid, rect) => renderPreview(words, grid, rect, planes, colors) };
}
