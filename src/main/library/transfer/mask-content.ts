import type { ExportContent } from '@shared/domain';
import { EspalierError } from '@shared/errors';
import { IGNORE } from '@shared/mask';
import type { ResultOf } from '@shared/protocol';
import { KEPT, stateTable } from '@shared/review';
import { NO_SOURCE, SOURCE_CODE } from '../labels/history';
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
  /** Where each came from: a `SOURCE_CODE`, {@link PSEUDO_LABEL}, or `NO_SOURCE`. */
  readonly sources: Uint8Array;
  /** Confidence of the run's prediction at each pixel, as it is stored; null where there is none. */
  readonly probability: Uint8Array | null;
  /** Why there are no pseudo-labels in it although they were asked for; null when nothing is lacking. */
  readonly lacking: string | null;
}

/** The source of what a run is taken at its word for. */
export const PSEUDO_LABEL = 4;

/** What an export says of each pixel of an image. */
export async function exportedMask(
  project: OpenProject,
  image: FoundImage,
  content: ExportContent,
  refinement: Refinement | null,
): Promise<ExportedMask> {
  const { labels: data, sources } = project.labels.pixels(image.id);
  if (content === 'human') forgetAccepted(data, sources);
  const added = refinement && (await addPseudoLabels(project, image, { data, sources }, refinement));
  return { data, sources, probability: added?.probability ?? null, lacking: added?.lacking ?? null };
}

/** Pixels of each source. Those of none are those without a class. */
export function countSources(sources: Uint8Array): Uint32Array {
  const counts = new Uint32Array(PSEUDO_LABEL + 1);
  // By index: walking over a million with an iterator takes ten times as long.
  for (let i = 0; i < sources.length; i++) counts[sources[i]!]!++;
  return counts;
}

/** Leaves labels drawn by people, here or elsewhere. */
function forgetAccepted(data: Uint8Array, sources: Uint8Array): void {
  for (let i = sources.indexOf(SOURCE_CODE.accepted); i !== -1; i = sources.indexOf(SOURCE_CODE.accepted, i + 1)) {
    data[i] = IGNORE;
    sources[i] = NO_SOURCE;
  }
}

/** Writes pseudo-labels where there are no labels; tells why it cannot, or null. */
async function addPseudoLabels(
  project: OpenProject,
  image: FoundImage,
  { data, sources }: Pick<ExportedMask, 'data' | 'sources'>,
  { run, gamma, beta, all }: Refinement,
): Promise<Pick<ExportedMask, 'lacking' | 'probability'>> {
  const without = (lacking: string) => ({ lacking, probability: null });
  if (project.queries.predictions.made(run.number, image.id) === undefined) return without(`${run.id} has no prediction of it`);
  const prediction = await predictionOf(project, run, image);
  if (!prediction) return without(`its prediction by ${run.id} cannot be read`);
  const rejected = rejectedMap(project, image);
  const states = stateTable(gamma, beta ?? 0);
  const { classes, confidence, similarity } = prediction;
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== IGNORE) continue;
    const counts = all || (rejected[i] !== classes[i] && states[(confidence[i]! << 8) | similarity[i]!] === KEPT);
    // A class that is no more is none.
    if (counts && classes[i] !== IGNORE) [data[i], sources[i]] = [classes[i]!, PSEUDO_LABEL];
  }
  return { lacking: null, probability: confidence };
}

async function predictionOf(project: OpenProject, run: RunRow, image: FoundImage): Promise<ResultOf<'predictions.read'> | null> {
  return readPrediction(project, run, image).catch((error: unknown) => {
    if (error instanceof EspalierError && error.code === 'PREDICTION_DAMAGED') return null;
    throw error;
  });
}
