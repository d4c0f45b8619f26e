import type { ExportContent } from '@shared/domain';
import { EspalierError } from '@shared/errors';
import { IGNORE } from '@shared/mask';
import type { ResultOf } from '@shared/protocol';
import { KEPT, stateTable } from '@shared/review';
import { SOURCE_CODE } from '../labels/history';
import type { OpenProject } from '../project/open-project';
import type { FoundImage } from '../queries/image-rows';
import type { RunRow } from '../queries/runs';
import { rejectedMap } from '../review/rejections';
import { readPrediction } from '../runs/prediction';

/** Which pseudo-labels are good enough: those of `run` with s = p̃ · d^β ≥ γ. */
export interface Refinement {
  readonly run: RunRow;
  readonly gamma: number;
  /** Null: nothing was pruned, and s = p̃. */
  readonly beta: number | null;
  /** All count, sure or not, rejected or not: so that every pixel has its class. */
  readonly all: boolean;
}

export interface ExportedMask {
  /** Class id of each pixel; 255 = nothing. */
  readonly data: Uint8Array;
  /** Why there are no pseudo-labels in it although they were asked for; null when nothing is lacking. */
  readonly lacking: string | null;
}

/** What an export says of each pixel of an image. */
export async function exportedMask(
  project: OpenProject,
  image: FoundImage,
  content: ExportContent,
  refinement: Refinement | null,
): Promise<ExportedMask> {
  if (content === 'human') return { data: humanLabels(project, image.id), lacking: null };
  const data = project.labels.read(image.id).slice();
  const lacking = refinement && (await addPseudoLabels(project, image, data, refinement));
  return { data, lacking };
}

/** Labels drawn by people, here or elsewhere: all but the accepted ones. */
function humanLabels(project: OpenProject, imageId: number): Uint8Array {
  const { labels, sources } = project.labels.pixels(imageId);
  return labels.map((id, i) => (sources[i] === SOURCE_CODE.accepted ? IGNORE : id));
}

/** Writes pseudo-labels where there are no labels; returns why it cannot, or null. */
async function addPseudoLabels(
  project: OpenProject,
  image: FoundImage,
  labels: Uint8Array,
  { run, gamma, beta, all }: Refinement,
): Promise<string | null> {
  if (project.queries.predictions.made(run.number, image.id) === undefined) return `${run.id} has no prediction of it`;
  const prediction = await predictionOf(project, run, image);
  if (!prediction) return `its prediction by ${run.id} cannot be read`;
  const rejected = rejectedMap(project, image);
  const states = stateTable(gamma, beta ?? 0);
  const { classes, confidence, similarity } = prediction;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== IGNORE) continue;
    if (all) labels[i] = classes[i]!;
    else if (rejected[i] === classes[i]) continue;
    else if (states[(confidence[i]! << 8) | similarity[i]!] === KEPT) labels[i] = classes[i]!;
  }
  return null;
}

async function predictionOf(project: OpenProject, run: RunRow, image: FoundImage): Promise<ResultOf<'predictions.read'> | null> {
  return readPrediction(project, run, image).catch((error: unknown) => {
    if (error instanceof EspalierError && error.code === 'PREDICTION_DAMAGED') return null;
    throw error;
  });
}
