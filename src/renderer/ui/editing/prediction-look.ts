import { decidedColors, differenceColors, predictionColors, previewColors, shownClasses } from '../../canvas/colors';
import { renderLabels, renderPrediction, renderPreview } from '../../canvas/render';
import { renderDecided, renderDifference } from '../../canvas/render-review';
import type { PredictionLook } from '../../canvas/stage';
import type { Workbench } from '../../state/workbench.svelte';

/** What a run predicts of the image shown, in the colours of its classes; null where there is nothing, or of another size. */
export function predictionLook(wb: Workbench): PredictionLook | null {
  const planes = planesOf(wb);
  if (!planes) return null;
  const { kept: fill, outline } = predictionColors(classesOf(wb), wb.look.overlay);
  const colors = { fill, outline, halo: 0 };
  return { draw: (words, grid, rect) => renderLabels(words, grid, rect, planes.classes, planes.width, colors) };
}

/** What Review lays over the image shown, besides its labels: null where that is they alone, or there is no prediction. */
export function reviewLook(wb: Workbench): PredictionLook | null {
  switch (wb.look.overlay.review) {
    case 'prediction':
      return withDecisions(wb, predictionLook(wb));
    case 'states':
      return withDecisions(wb, statesLook(wb));
    case 'labels':
      return null;
    case 'difference':
      return differenceLook(wb);
  }
}

function statesLook(wb: Workbench): PredictionLook | null {
  const planes = planesOf(wb);
  if (!planes) return null;
  const { table } = wb.review;
  const colors = predictionColors(classesOf(wb), wb.look.overlay);
  return { draw: (words, grid, rect) => renderPrediction(words, grid, rect, planes, table, colors) };
}

function withDecisions(wb: Workbench, below: PredictionLook | null): PredictionLook | null {
  const planes = planesOf(wb);
  const decided = wb.decisions.ofShown;
  if (!below || !planes || decided?.accepted.length !== planes.classes.length) return below;
  const maps = { ...decided, predicted: planes.classes, width: planes.width };
  const colors = decidedColors(classesOf(wb), wb.look.overlay);
  return {
    draw: (words, grid, rect) => {
      below.draw(words, grid, rect);
      renderDecided(words, grid, rect, maps, colors);
    },
  };
}

function differenceLook(wb: Workbench): PredictionLook | null {
  const planes = planesOf(wb);
  const { session } = wb.shown;
  if (!planes || !session) return null;
  // Drawn anew with every change of the labels, which are one array all the time.
  void wb.labels.revision;
  const maps = { labels: session.document.data, predicted: planes.classes, width: planes.width };
  const colors = differenceColors(classesOf(wb), wb.look.overlay);
  return { draw: (words, grid, rect) => renderDifference(words, grid, rect, maps, colors) };
}

/** The preview of the image shown; null where none is wanted, or there is none yet. */
export function previewLook(wb: Workbench): PredictionLook | null {
  const planes = wb.preview.shown;
  const { width, height } = wb.shown.size;
  if (planes?.width !== width || planes.height !== height) return null;
  const colors = previewColors(classesOf(wb), wb.look.overlay);
  return { draw: (words, grid, rect) => renderPreview(words, grid, rect, planes, colors) };
}

const classesOf = ({ editing, flags, look, project }: Workbench) =>
  shownClasses(project.classes, look.overlay.onlyClass ? editing.options.classId : null, flags.hidden);

/** What is predicted of the image shown. */
function planesOf({ review, shown }: Workbench) {
  const { planes } = review;
  const { width, height } = shown.size;
  return planes?.width === width && planes.height === height ? planes : null;
}
