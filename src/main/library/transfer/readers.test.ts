import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IGNORE } from '@shared/mask';
import { RandomStream } from '@shared/random';
import { judge, readers } from '../../../../scripts/readers/index.mjs';
import { TestLibrary } from '../testing/library';
import { scribbles } from '../testing/scribbles';

/** Exports as other tools read them: nothing here reads with our own reader. */
const { python, missing } = await readers();
if (missing !== undefined) process.stdout.write(`Exports are not judged by other tools: ${missing}.\n`);

const SIZES = { 'a.png': [41, 29], 'sub/b.png': [16, 33], 'c.png': [90, 64] } as const;
const CLASSES = ['sky', 'road', 'tree'];

/** The reader of each format, and the ways in which it is written for it. */
const JUDGED: readonly (readonly [format: string, reader: string, options: Record<string, string>])[] = [
  ['coco', 'coco', { shapes: 'polygons', each: 'region' }],
  ['coco', 'coco', { shapes: 'polygons', each: 'class' }],
  ['coco', 'coco', { shapes: 'rle', each: 'region' }],
  ['coco', 'coco', { shapes: 'rle', each: 'class' }],
  ['coco', 'datumaro:coco', {}],
  ['coco-panoptic', 'datumaro:coco_panoptic', {}],
  ['datumaro', 'datumaro:datumaro', { shapes: 'polygons' }],
  ['datumaro', 'datumaro:datumaro', { shapes: 'rle' }],
  ['voc', 'voc', {}],
  ['voc', 'datumaro:voc_segmentation', {}],
  ['yolo', 'yolo', {}],
  ['cvat', 'datumaro:cvat', { shapes: 'polygons' }],
  ['cvat', 'datumaro:cvat', { shapes: 'rle' }],
  ['label-studio', 'label-studio', {}],
  ['labelme', 'labelme', {}],
  ['cityscapes', 'cityscapes', {}],
];

/** Where images lie in a set. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  coco: ['images/default'],
  'coco-panoptic': ['images/default'],
  cvat: ['images'],
  datumaro: ['images/default'],
  voc: ['JPEGImages'],
  yolo: ['images/train'],
};

describe.skipIf(python === undefined)('other tools', { timeout: 300_000 }, () => {
  let test: TestLibrary;
  let out: string;
  const maps = new Map<string, Uint8Array>();
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'espalier-judged-'));
    test = await TestLibrary.create(SIZES);
    await test.open(CLASSES);
    await test.call('project.index', null);
    for (const [i, [path, [width, height]]] of Object.entries(SIZES).entries()) {
      const map = scribbles(i, width, height, [0, 1, 2]);
      await test.paint(path, map);
      maps.set(path.replace(/\.png$/, ''), map);
    }
  });
  afterAll(async () => {
    await test.remove();
    await rm(out, { recursive: true });
  });

  it.each(JUDGED)('read %s (%s, %j) pixel by pixel', async (format, reader, options) => {
    const folder = join(out, `${format}-${reader.replace(':', '-')}-${Object.values(options).join('-')}`);
    await test.call('export.masks', { folder, format, options, content: 'human', runId: null, gamma: null, beta: null, imageIds: null });
    // Readers that look for the images find them where each format has them.
    for (const place of PLACES[format] ?? [])
      await cp(test.folder, join(folder, place), { recursive: true, filter: (path) => !path.includes('.espalier') });
    const { names, images } = await judge(python!, reader, folder);
    const numbers = names.map((name) => CLASSES.indexOf(name));
    const seen = Object.entries(images).map(([name, { data }]) => [name.replace(/\.png$/, ''), data.map((id) => numbers[id] ?? IGNORE)]);
    expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(maps));
  });

  it('cover the pixels that an import covers, whatever polygons there are', async () => {
    const random = new RandomStream('polygons');
    const [width, height] = SIZES['c.png'];
    const corner = (): number[] => [random.uniform(-0.2, 1.2) * width, random.uniform(-0.2, 1.2) * height];
    const polygon = (i: number): number[] => {
      const points = Array.from({ length: 3 + (i % 6) }, corner).flat();
      return i % 3 === 0 ? points.map((value) => Math.round(value * 2) / 2) : points;
    };
    const sets = Array.from({ length: 60 }, (_, i) => ({ id: i + 1, file_name: `${i}.png`, width, height }));
    const set = {
      images: sets,
      categories: [{ id: 1, name: 'sky' }],
      annotations: sets.map(({ id }) => ({ id, image_id: id, category_id: 1, iscrowd: 0, segmentation: [polygon(id), polygon(id + 1)] })),
    };
    const folder = join(out, 'foreign');
    await mkdir(join(folder, 'annotations'), { recursive: true });
    await writeFile(join(folder, 'annotations', 'instances_default.json'), JSON.stringify(set));
    const { images } = await judge(python!, 'coco', folder);
    const other = await TestLibrary.create(Object.fromEntries(sets.map(({ file_name }) => [file_name, [width, height] as const])));
    await other.open(['sky']);
    await other.call('project.index', null);
    await other.call('import.masks', { folder, format: null, options: {}, imageIds: null });
    for (const { file_name } of sets) expect(await other.map(file_name), file_name).toEqual(images[file_name]!.data);
    await other.remove();
  });
});
