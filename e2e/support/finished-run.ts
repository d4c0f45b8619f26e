import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EMBEDDING, embeddingFile, embeddingGrid, predictionFile } from '../../src/shared/run';
import type { ReviewShares } from '../../src/shared/domain';
import { settingsFrom } from '../../src/shared/settings';
import { TestLibrary } from '../../src/main/library/testing/library';
import { writePng } from '../../src/main/media/png';

/** Which of two classes, 0 or 1, a pixel of the file named is of. */
export type Truth = (x: number, y: number, name: string) => 0 | 1;

/** Of a pixel of the file named, as it is stored: 0 to 255. */
export type Confidence = (x: number, y: number, name: string) => number;

/**
 * Gives a project of classes `background` and `object` a finished run whose teacher knows the truth, as its files say it. Spares a
 * test the training; the journey does without.
 * @param pictures PNGs by file name, all of one size; the first two get a few labels
 * @param sharesOf what the run thought of an image, by its file name: all of it kept
 */
export async function projectWithRun(
  pictures: Readonly<Record<string, Buffer>>,
  width: number,
  height: number,
  truth: Truth,
  sharesOf: (name: string) => ReviewShares = () => ALL_KEPT,
  confidence: Confidence = () => 255,
): Promise<TestLibrary> {
  const library = await TestLibrary.create();
  for (const [name, content] of Object.entries(pictures)) await library.write(name, content);
  await library.open(['background', 'object']);
  await library.call('project.index', null);
  const [first, second] = Object.keys(pictures);
  for (const [name, classId] of [
    [first!, 0],
    [second!, 1],
  ] as const) {
    const imageId = await library.id(name);
    const diff = Uint32Array.of(0, 10, 255 | (classId << 8));
    await library.call('labels.apply', { imageId, revision: 0, tool: 'brush', source: 'human', diff });
  }
  await finishRun(library, width, height, truth, sharesOf, confidence);
  await library.call('project.close', null);
  return library;
}

const ALL_KEPT: ReviewShares = { kept: 1, lowConfidence: 0, doubted: 0, meanSimilarity: 1 };

/**
 * Gives an open project, with labels of two classes, one more such run: of the method that prunes where it doubts anything, else on labels
 * alone.
 */
export async function finishRun(
  library: TestLibrary,
  width: number,
  height: number,
  truth: Truth,
  sharesOf: (name: string) => ReviewShares = () => ALL_KEPT,
  confidence: Confidence = () => 255,
): Promise<void> {
  const images = await library.images();
  const pruned = images.some(({ path }) => sharesOf(path).doubted > 0);
  const settings = settingsFrom('pruning', pruned ? {} : { method: 'sup' });
  const { runId, folder } = await library.call('runs.create', { settings, unlabelled: null });
  await library.call('runs.finish', { runId, status: 'finished', reason: null, seconds: 1 });
  mkdirSync(join(folder, 'predictions'), { recursive: true });
  for (const { id, path } of images) {
    await writePng(join(folder, predictionFile(id)), {
      kind: 'rgb',
      width,
      height,
      data: predictionOf(width, height, truth, path, confidence),
    });
    await writePng(join(folder, embeddingFile(id)), embeddingOf(width, height, truth, path));
    await library.call('runs.record', { runId, news: [{ kind: 'prediction', imageId: id, shares: sharesOf(path), beta: 1, best: false }] });
  }
}

function predictionOf(width: number, height: number, truth: Truth, name: string, confidence: Confidence): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    return [truth(x, y, name), confidence(x, y, name), 255][i % 3]!;
  });
}

function embeddingOf(width: number, height: number, truth: Truth, name: string) {
  const { stride, channels } = EMBEDDING;
  const { columns, rows } = embeddingGrid({ width, height });
  const data = Uint8Array.from({ length: columns * rows * channels }, (_, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns) % rows];
    return truth(column * stride + stride / 2, row * stride + stride / 2, name) === 1 ? 160 : 100;
  });
  return { kind: 'grey', width: columns, height: rows * channels, data } as const;
}
