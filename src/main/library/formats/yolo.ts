import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { LabelClass } from '@shared/domain';
import { IGNORE, MAX_CLASSES } from '@shared/mask';
import { writeFileAtomic } from '../../media/files';
import { reading, writing, type Format, type Size, type Source, type Writer } from './base/format';
import { readText, unreadable } from './base/json';
import { numberClasses } from './base/numbering';
import { restOption, withoutOption } from './base/options';
import { piecesIn, withoutFirst } from './pieces';
import { paintOutline } from './shapes/paint-outline';
import { traceRegions } from './shapes/trace';

const [LABELS, LIST] = ['labels', 'data.yaml'];
const SUBSET = 'train';

/** A text of polygons for each image, see https://docs.ultralytics.com/datasets/segment. */
export const yolo: Format = {
  id: 'yolo',
  name: 'YOLO segmentation',
  about: 'One text of polygons for each image in labels/train, and data.yaml; put the images into images/train to train with them.',
  holds: { classes: MAX_CLASSES, holes: true, parts: true, unlabelled: true },
  write: writing({ options: z.object({ without: withoutOption }), entries: { folders: [LABELS!], files: [LIST!] }, begin: beginYolo }),
  read: reading({
    options: z.object({ rest: restOption }),
    recognise: async (folder) => (await layoutOf(folder)) !== null,
    open: openYolo,
  }),
};

async function beginYolo(
  folder: string,
  classes: readonly LabelClass[],
  { without }: { without?: number | null | undefined },
): Promise<Writer> {
  const written = classes.filter(({ id }) => id !== without);
  const indices = new Map(written.map(({ id }, i) => [id, i]));
  // A map, for numbers as keys of an object would be written as texts.
  const names = new Map(written.map(({ name }, i) => [i, name]));
  const subsets = new Set<string>([SUBSET]);
  const imagesOf = (subset: string): string => `images/${subsets.has(subset) ? subset : SUBSET}`;
  await mkdir(join(folder, LABELS!, SUBSET), { recursive: true });
  return {
    add: async ({ name, subset, width, height, data }) => {
      const lines = traceRegions(data, { width, height }, 'centres').flatMap(({ classId, points }) => {
        const index = indices.get(classId);
        if (index === undefined) return [];
        // The middles of pixels, so that cutting off fractions finds the pixel again; readers want three corners at least.
        const corners = points.map((value, i) => share(value + 0.5, i % 2 === 0 ? width : height));
        while (corners.length < 6) corners.push(corners[0]!, corners[1]!);
        return [`${index} ${corners.join(' ')}\n`];
      });
      const file = join(folder, LABELS!, subset ?? SUBSET, `${name}.txt`);
      subsets.add(subset ?? SUBSET);
      await mkdir(dirname(file), { recursive: true });
      await writeFileAtomic(file, lines.join(''));
    },
    end: () =>
      writeFileAtomic(
        join(folder, LIST!),
        stringify({
          path: '.',
          train: imagesOf(SUBSET),
          val: imagesOf('val'),
          ...(subsets.has('test') && { test: imagesOf('test') }),
          names,
        }),
      ),
  };
}

/** A share of a length, with as few digits as tell its pixels apart. */
const share = (value: number, length: number): string => String(Number((value / length).toFixed(9)));

const Names = z.object({ names: z.union([z.array(z.string()), z.record(z.string().regex(/^\d+$/), z.string())]) });

async function layoutOf(folder: string): Promise<{ list: string; labels: string } | null> {
  const labels = join(folder, LABELS!);
  const list = (await readdir(folder)).find((name) => /\.ya?ml$/i.test(name));
  const there = await stat(labels).catch(() => null);
  return list !== undefined && there?.isDirectory() ? { list: join(folder, list), labels } : null;
}

async function openYolo(folder: string, { rest }: { readonly rest?: number | null | undefined }, signal: AbortSignal): Promise<Source> {
  const layout = await layoutOf(folder);
  if (!layout) throw unreadable(folder, 'it has no data.yaml, or no folder of labels');
  const { labels, list: file } = layout;
  const { list, ids } = numberClasses(file, await namesIn(file));
  const found = await piecesIn(labels, '.txt', signal, (path, stem) => ({
    name: path,
    imageNames: [stem, withoutFirst(stem)],
    read: async (size) => paint(await readText(join(labels, path)), ids, size, path),
  }));
  return { ...found, classes: list, rest: rest ?? null };
}

async function namesIn(file: string): Promise<{ number: number; name: string }[]> {
  const text = await readText(file);
  try {
    // Aliases are of no use here, and a few of them can stand for gigabytes.
    const { names } = Names.parse(parse(text, { maxAliasCount: 0, schema: 'core' }));
    return Object.entries(names).map(([number, name]) => ({ number: Number(number), name }));
  } catch (error) {
    throw unreadable(file, 'it has no list of names', error);
  }
}

function paint(text: string, ids: ReadonlyMap<number, number>, size: Size, name: string): Uint8Array {
  const data = new Uint8Array(size.width * size.height).fill(IGNORE);
  for (const [i, line] of text.split('\n').entries()) {
    const [index, ...shares] = line.trim().split(/\s+/).map(Number);
    if (line.trim() === '') continue;
    const where = `${name}, line ${i + 1}`;
    if (index === undefined || shares.length % 2 === 1 || !shares.every(Number.isFinite)) throw unreadable(where, 'it is no polygon');
    if (shares.length < 6) throw unreadable(where, 'it is a box, not a polygon');
    const id = ids.get(index);
    if (id === undefined) throw unreadable(where, `there is no class ${index}`);
    paintOutline(
      data,
      size,
      shares.map((value, at) => value * (at % 2 === 0 ? size.width : size.height)),
      id,
    );
  }
  return data;
}
