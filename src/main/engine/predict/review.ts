import { join } from 'node:path';
import type { ReviewShares } from '@shared/domain';
import { DOUBTED, KEPT, LOW_CONFIDENCE, stateTable } from '@shared/review';
import {
  decodeSimilarity,
  EMBEDDING,
  embeddingFile,
  embeddingGrid,
  encodeConfidence,
  encodeEmbedding,
  encodeSimilarity,
  predictionFile,
  RUN_FILES,
} from '@shared/run';
import { makeOwnFolder, writeOwnFile } from '../../media/own-files';
import { encodePng, type PngImage } from '../../media/png';
import type { Reading } from '../data/left-out';
import type { ImageFile } from './images';
import type { Prediction, Predictor } from './predictor';

/** A third of the time of the usual level, for files that are an eighth larger. */
const LEVEL = 3;

export interface ReviewPrediction {
  readonly predictor: Predictor;
  /** Class id of each class index. */
  readonly classIds: readonly number[];
  /** Folder of the run. */
  readonly folder: string;
  /** γ and β that shares are told at. */
  readonly gamma: number;
  readonly beta: number;
}

/**
 * Writes the review file of each image (see `predictionFile`) and its embedding (see `embeddingFile`), and tells each one's shares when it is on disk.
 * @throws EspalierError DISK_FULL; AbortError
 */
export async function predictForReview(
  { predictor, classIds, folder, gamma, beta }: ReviewPrediction,
  images: readonly ImageFile[],
  onImage: (image: ImageFile, shares: ReviewShares) => unknown,
  reading: Reading,
): Promise<void> {
  await makeOwnFolder(join(folder, RUN_FILES.predictions));
  const states = stateTable(gamma, beta);
  const write = async (image: ImageFile, prediction: Prediction): Promise<void> => {
    const data = reviewPixels(prediction, classIds);
    const { width, height } = prediction;
    await Promise.all([
      encodePng({ kind: 'rgb', width, height, data }, undefined, LEVEL).then((png) =>
        writeOwnFile(join(folder, predictionFile(image.id)), png),
      ),
      encodePng(embeddingPixels(prediction), undefined, LEVEL).then((png) => writeOwnFile(join(folder, embeddingFile(image.id)), png)),
    ]);
    await onImage(image, reviewShares(data, states));
  };
  await predictor.predictFiles(images, write, reading);
}

/** Pixels of the review file: class id, p̃ and d of each, as bytes. */
export function reviewPixels({ classes, confidence, similarity }: Prediction, classIds: readonly number[]): Uint8Array {
  const ids = Uint8Array.from(classIds);
  const data = new Uint8Array(classes.length * 3);
  for (let i = 0, at = 0; i < classes.length; i++) {
    data[at++] = ids[classes[i]!]!;
    data[at++] = encodeConfidence(confidence[i]!);
    data[at++] = encodeSimilarity(similarity[i]!);
  }
  return data;
}

/** The embedding file: one plane for each channel, one below the other. */
function embeddingPixels({ width, height, embedding }: Prediction): PngImage {
  const { channels } = EMBEDDING;
  const { columns, rows } = embeddingGrid({ width, height });
  const cells = columns * rows;
  const data = new Uint8Array(cells * channels);
  for (let c = 0, at = 0; c < channels; c++) {
    for (let from = c; from < embedding.length; from += channels) data[at++] = encodeEmbedding(embedding[from]!);
  }
  return { kind: 'grey', width: columns, height: rows * channels, data };
}

/** What the pixels of a review file amount to. @param states from `stateTable` */
export function reviewShares(data: Uint8Array, states: Uint8Array): ReviewShares {
  const pixels = data.length / 3;
  const pairs = new Uint32Array(states.length);
  for (let i = 1; i < data.length; i += 3) pairs[(data[i]! << 8) | data[i + 1]!]!++;
  const counts = [0, 0, 0];
  let similarity = 0;
  pairs.forEach((count, pair) => {
    if (count === 0) return;
    counts[states[pair]!]! += count;
    similarity += count * decodeSimilarity(pair & 255);
  });
  const [kept, lowConfidence, doubted] = [KEPT, LOW_CONFIDENCE, DOUBTED].map((state) => counts[state]! / pixels) as [
    number,
    number,
    number,
  ];
  return { kept, lowConfidence, doubted, meanSimilarity: similarity / pixels };
}
