import { decidedColors, differenceColors, predictionColors, previewColors, shownClasses } from '../../canvas/colors';
import { mapColors } from '../../canvas/colormap';
import type { ReviewMap } from '../../canvas/look';
import { renderLabels, renderPrediction, renderPreview, word } from '../../canvas/render';
import { renderMap } from '../../canvas/render-map';
import { renderDecided, renderDifference } from '../../canvas/render-review';
import type { PredictionLook } from '../../canvas/stage';
import type { Size } from '../../editor/viewport';
import { mapValue } from '../../state/scores';
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
  const { held, split } = wb.against;
  if (held) return againstLook(wb);
  const own = overlayLook(wb);
  return split === null ? own : splitLook(own, againstLook(wb), split);
}

function overlayLook(wb: Workbench): PredictionLook | null {
  const { review } = wb.look.overlay;
  switch (review) {
    case 'prediction':
      return withDecisions(wb, predictionLook(wb));
    case 'states':
      return withDecisions(wb, statesLook(wb));
    case 'labels':
      return null;
    case 'difference':
      return differenceLook(wb);
    case 'change':
      return changeLook(wb);
    case 'confidence':
    case 'similarity':
    case 'score':
      return mapLook(wb, review);
  }
}

/** What the prediction is compared with: another run's, or the labels; bare where there is none. */
function againstLook(wb: Workbench): PredictionLook {
  const { against, shown } = wb;
  void wb.labels.revision;
  const classes = against.other ? othersOf(wb)?.classes : shown.session?.document.data;
  if (!classes) return { draw: (words, grid, { x0, y0, x1, y1 }) => clear(words, grid.columns.length, x0, y0, x1, y1) };
  const { kept: fill, outline } = predictionColors(classesOf(wb), wb.look.overlay);
  return { draw: (words, grid, rect) => renderLabels(words, grid, rect, classes, shown.size.width, { fill, outline, halo: 0 }) };
}

/** Left of a line, at a share of the canvas, one look; right of it the other. */
function splitLook(right: PredictionLook | null, left: PredictionLook, at: number): PredictionLook {
  return {
    draw: (words, grid, rect) => {
      const line = Math.round(at * grid.columns.length);
      if (rect.x0 < line) left.draw(words, grid, { ...rect, x1: Math.min(rect.x1, line) });
      if (rect.x1 > line) right?.draw(words, grid, { ...rect, x0: Math.max(rect.x0, line) });
    },
  };
}

function clear(words: Uint32Array, stride: number, x0: number, y0: number, x1: number, y1: number): void {
  for (let y = y0; y < y1; y++) words.fill(0, y * stride + x0, y * stride + x1);
}

/** A value of each pixel, in the colours of the map, and a line around what is kept. */
function mapLook(wb: Workbench, map: Exclude<ReviewMap, 'change'>): PredictionLook | null {
  const planes = planesOf(wb);
  if (!planes) return null;
  const { beta, table } = wb.review;
  // Colours are read off: they are as in the legend, however faint other overlays are.
  const colors = { shades: mapColors(mapValue(map, beta), 0.9), line: word('#ffffff', 1) };
  const shown = new Uint8Array(256);
  for (const { id } of classesOf(wb)) shown[id] = 1;
  return { draw: (words, grid, rect) => renderMap(words, grid, rect, planes, table, shown, colors) };
}

/** Where another run predicts something else, in stripes of both classes. */
function changeLook(wb: Workbench): PredictionLook | null {
  const [planes, others] = [planesOf(wb), othersOf(wb)];
  if (!planes || !others) return null;
  const maps = { labels: others.classes, predicted: planes.classes, width: planes.width };
  const colors = differenceColors(classesOf(wb), wb.look.overlay);
  return { draw: (words, grid, rect) => renderDifference(words, grid, rect, maps, colors) };
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
const planesOf = (wb: Workbench) => fitting(wb, wb.review.planes);

/** What the other run predicts of it. */
const othersOf = (wb: Workbench) => fitting(wb, wb.against.seen?.planes ?? null);

function fitting<P extends Size>({ shown }: Workbench, planes: P | null): P | null {
  const { width, height } = shown.size;
  return planes?.width === width && planes.height === height ? planes : null;
}
