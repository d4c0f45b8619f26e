import type { ExportContent } from '@shared/domain';
import { EspalierError } from '@shared/errors';
import { IGNORE } from '@shared/mask';
import type { ResultOf } from '@shared/protocol';
import { decodeConfidence, decodeSimilarity } from '@shared/run';
import { SOURCE_CODE } from '../labels/history';
import type { Project } from '../project';
import type { ImageRow } from '../queries/images';
import type { RunRow } from '../queries/runs';
import { rejectedMap } from '../review/rejections';
import { readPrediction } from '../runs/prediction';

/** Which pseudo-labels are good enough: those of `run` with s = p̃ · d^β ≥ γ. */
export interface Refinement {
  readonly run: RunRow;
  readonly gamma: number;
  readonly beta: number;
}

/** What an export says of each pixel of an image; 255 = nothing. */
export async function exportedMask(
  project: Project,
  image: ImageRow,
  content: ExportContent,
  refinement: Refinement | null,
): Promise<Uint8Array> {
  if (content === 'human') return humanLabels(project, image.id);
  const labels = project.labels.read(image.id).slice();
  if (refinement) await addPseudoLabels(project, image, labels, refinement);
  return labels;
}

/** Labels drawn by people, here or elsewhere: all but the accepted ones. */
function humanLabels(project: Project, imageId: number): Uint8Array {
  const { labels, sources } = project.labels.pixels(imageId);
  return labels.map((id, i) => (sources[i] === SOURCE_CODE.accepted ? IGNORE : id));
}

async function addPseudoLabels(project: Project, image: ImageRow, labels: Uint8Array, { run, gamma, beta }: Refinement): Promise<void> {
  const prediction = await predictionOf(project, run, image);
  if (!prediction) return;
  const rejected = rejectedMap(project, image);
  const kept = keptTable(gamma, beta);
  const { classes, confidence, similarity } = prediction;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== IGNORE || rejected[i] === classes[i]) continue;
    if (kept[confidence[i]! * 256 + similarity[i]!] === 1) labels[i] = classes[i]!;
  }
}

async function predictionOf(project: Project, run: RunRow, image: ImageRow): Promise<ResultOf<'predictions.read'> | null> {
  return readPrediction(project, run, image).catch((error: unknown) => {
    if (error instanceof EspalierError && error.code === 'PREDICTION_MISSING') return null;
    throw error;
  });
}

/** 1 where p̃ · d^β ≥ γ, by the bytes of p̃ (× 256) and d. */
export function keptTable(gamma: number, beta: number): Uint8Array {
  return Uint8Array.from({ length: 65536 }, (_, i) => {
    const score = decodeConfidence(i >> 8) * decodeSimilarity(i & 255) ** beta;
    return score >= gamma ? 1 : 0;
  });
}
