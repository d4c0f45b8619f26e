import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { RUN_FILES, type RunInputs } from '@shared/run';
import { settingsFrom, type TrainSettings } from '@shared/settings';
import { writePng } from '../../media/png';
import { RandomStream } from '@shared/random';

const IGNORE = 255;

/** A picture and how to write it; `labelled` false: no pixel of it has a label. */
export interface TestPicture {
  readonly width: number;
  readonly height: number;
  readonly write?: (rgb: Uint8Array, width: number, height: number) => Promise<{ extension: string; data: Buffer }>;
  readonly labels?: (x: number, y: number, bright: boolean) => number;
}

/** As small as the real network trains: 3 steps an epoch for 6 unlabelled images, the first epoch on labels alone. */
export function testSettings(changes: Partial<TrainSettings> = {}): TrainSettings {
  const small = {
    lrBackbone: 0.005,
    lrHead: 0.05,
    crop: 32,
    batch: 2,
    epochs: 4,
    warmup: 1,
    ratio: 0.5,
    anchors: 32,
    negatives: 64,
    gamma: 0.5,
    compiled: false,
    threads: 1,
  };
  return settingsFrom('pruning', { ...small, ...changes });
}

export const plain: TestPicture = { width: 48, height: 40 };

/** For tests: a project's folder, in it a run's with its frozen inputs, and in that pictures of a bright rectangle (class 4) on dark ground (class 0), with noise. */
export async function testRun(
  settings: TrainSettings,
  labelled: readonly TestPicture[] = [plain, plain],
  unlabelled: readonly TestPicture[] = Array.from({ length: 6 }, () => plain),
): Promise<string> {
  const project = realpathSync(mkdtempSync(join(tmpdir(), 'espalier-run-')));
  const folder = join(project, '.espalier', 'runs', 'run-0001');
  mkdirSync(join(folder, RUN_FILES.labels), { recursive: true });
  const pictures = [...labelled, ...unlabelled];
  const files = await Promise.all(pictures.map((picture, id) => writePicture(folder, id + 1, picture)));
  const inputs: RunInputs = {
    version: 1,
    runId: 'run-0001',
    classes: [0, 4].map((id, position) => ({ id, name: `class ${id}`, color: '#000000', position })),
    settings,
    labelled: files.slice(0, labelled.length).map((file) => ({ ...file, labels: `${RUN_FILES.labels}/${file.id}.png` })),
    unlabelled: files.slice(labelled.length).map((file) => ({ ...file, rejected: null })),
  };
  writeFileSync(join(folder, RUN_FILES.inputs), JSON.stringify(inputs));
  return folder;
}

async function writePicture(
  folder: string,
  id: number,
  picture: TestPicture,
): Promise<{ id: number; path: string; width: number; height: number }> {
  const { width, height, write = png, labels = (_x, _y, bright) => (bright ? 4 : 0) } = picture;
  const random = new RandomStream('picture', id);
  const [left, top] = [random.integer(width / 2), random.integer(height / 2)];
  const rgb = new Uint8Array(width * height * 3);
  const mask = new Uint8Array(width * height).fill(IGNORE);
  for (let i = 0; i < mask.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const bright = x >= left && x < left + width / 2 && y >= top && y < top + height / 2;
    for (let channel = 0; channel < 3; channel++) rgb[3 * i + channel] = (bright ? 170 : 60) + random.integer(40);
    mask[i] = labels(x, y, bright);
  }
  const { extension, data } = await write(rgb, width, height);
  const path = join(folder, `${id}.${extension}`);
  writeFileSync(path, data);
  await writePng(join(folder, RUN_FILES.labels, `${id}.png`), { kind: 'grey', width, height, data: mask });
  return { id, path, width, height };
}

async function png(rgb: Uint8Array, width: number, height: number): Promise<{ extension: string; data: Buffer }> {
  const data = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  return { extension: 'png', data };
}
