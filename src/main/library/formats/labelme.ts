import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { z } from 'zod';
import type { LabelClass } from '@shared/domain';
import { IGNORE, MAX_CLASSES } from '@shared/mask';
import { problemOf } from '../../media/failure';
import { writeFileAtomic } from '../../media/files';
import { decodeBits } from '../../media/rgb';
import { walkFiles } from '../images/walk';
import { reading, writing, type Format, type Size, type Source, type Writer } from './base/format';
import { headOf, readJson, readText, unreadable } from './base/json';
import { numberClasses } from './base/numbering';
import { restOption, withoutOption } from './base/options';
import { checkSize } from './base/sizes';
import { piecesIn } from './pieces';
import { paintOutline } from './shapes/paint-outline';
import { traceRegions } from './shapes/trace';

const [FOLDER, LIST] = ['labelme', 'labels.txt'];

/** A JSON file of shapes for each image, see https://github.com/wkentaro/labelme. */
export const labelme: Format = {
  id: 'labelme',
  name: 'labelme',
  about: 'One JSON file of polygons for each image; put it beside its image to open both in labelme.',
  holds: { classes: MAX_CLASSES, holes: true, parts: true, unlabelled: true },
  write: writing({ options: z.object({ without: withoutOption }), entries: { folders: [FOLDER!], files: [] }, begin: beginLabelme }),
  read: reading({ options: z.object({ rest: restOption }), recognise, open: openLabelme }),
};

async function beginLabelme(
  folder: string,
  classes: readonly LabelClass[],
  { without }: { without?: number | null | undefined },
): Promise<Writer> {
  const names = new Map(classes.filter(({ id }) => id !== without).map(({ id, name }) => [id, name]));
  await mkdir(join(folder, FOLDER!));
  await writeFileAtomic(join(folder, FOLDER!, LIST!), [...names.values(), ''].join('\n'));
  return {
    add: async ({ path, name, width, height, data }) => {
      const shapes = traceRegions(data, { width, height }, 'centres').flatMap(({ classId, points }) => {
        const label = names.get(classId);
        if (label === undefined) return [];
        const corners = points.flatMap((x, i) => (i % 2 === 0 ? [[x, points[i + 1]!]] : []));
        // Polygons of labelme have three corners at least.
        while (corners.length < 3) corners.push(corners[0]!);
        return [{ label, points: corners, group_id: null, description: '', shape_type: 'polygon', flags: {}, mask: null }];
      });
      const content = {
        version: '5.5.0',
        flags: {},
        shapes,
        imagePath: posix.basename(path),
        imageData: null,
        imageHeight: height,
        imageWidth: width,
      };
      const file = join(folder, FOLDER!, `${name}.json`);
      await mkdir(dirname(file), { recursive: true });
      await writeFileAtomic(file, `${JSON.stringify(content, null, 1)}\n`);
    },
    end: () => Promise.resolve(),
  };
}

const Point = z.tuple([z.number(), z.number()]);
const Shape = z.object({
  label: z.string(),
  points: z.array(Point),
  shape_type: z.string().nullish(),
  mask: z.string().nullish(),
});
type Shape = z.infer<typeof Shape>;
const Annotated = z.object({
  shapes: z.array(Shape),
  imagePath: z.string().nullish(),
  imageHeight: z.number().int().nullish(),
  imageWidth: z.number().int().nullish(),
});

async function rootOf(folder: string): Promise<string> {
  const inside = join(folder, FOLDER!);
  return (await stat(inside).catch(() => null))?.isDirectory() ? inside : folder;
}

async function recognise(folder: string): Promise<boolean> {
  const root = await rootOf(folder);
  for await (const path of walkFiles(root, '.json', { onProblem: () => undefined }))
    return /"shapes"\s*:\s*\[/.test(await headOf(join(root, path)));
  return false;
}

async function openLabelme(chosen: string, { rest }: { readonly rest?: number | null | undefined }, signal: AbortSignal): Promise<Source> {
  const folder = await rootOf(chosen);
  const ids = new Map<string, number>();
  const found = await piecesIn(folder, '.json', signal, (path, stem) => {
    const beside = posix.join(posix.dirname(path), '.');
    return {
      name: path,
      imageNames: [stem, ...(beside === '.' ? [] : [stem.slice(stem.indexOf('/') + 1)])],
      read: async (size) => {
        const annotated = await readJson(join(folder, path), Annotated);
        const { imageWidth: width, imageHeight: height } = annotated;
        if (width && height) checkSize(path, { width, height }, size);
        return paint(annotated.shapes, ids, size, path);
      },
    };
  });
  // The files do not say which labels there are but by using them.
  const names = new Set(await listed(join(folder, LIST!)));
  for (const { name } of found.pieces) {
    signal.throwIfAborted();
    for (const { label } of (await readJson(join(folder, name), Annotated)).shapes) if (label !== '__ignore__') names.add(label);
  }
  const { list } = numberClasses(
    folder,
    [...names].map((name, number) => ({ name, number })),
  );
  for (const [number, name] of [...names].entries()) ids.set(name, number);
  return { ...found, classes: list, rest: rest ?? null };
}

/** Names, one a line. */
async function listed(file: string): Promise<string[]> {
  if (!(await stat(file).catch(() => null))) return [];
  const lines = (await readText(file)).split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '' && line !== '__ignore__');
}

/** Later shapes go over earlier ones. */
async function paint(shapes: readonly Shape[], ids: ReadonlyMap<string, number>, size: Size, name: string): Promise<Uint8Array> {
  const data = new Uint8Array(size.width * size.height).fill(IGNORE);
  for (const { label, points, shape_type, mask } of shapes) {
    const value = label === '__ignore__' ? IGNORE : ids.get(label)!;
    const [[x0, y0] = [0, 0], [x1, y1] = [0, 0]] = points;
    if (shape_type === 'mask' && mask) await paintMask(data, size, mask, [x0, y0, x1, y1], value, name);
    else if (shape_type === 'rectangle') paintOutline(data, size, [x0, y0, x1, y0, x1, y1, x0, y1], value);
    else if (shape_type === 'circle') paintOutline(data, size, circle(x0, y0, Math.hypot(x1 - x0, y1 - y0)), value);
    else if (shape_type === 'polygon' || !shape_type) paintOutline(data, size, points.flat(), value);
    else throw unreadable(name, `it has a ${shape_type}, which covers no pixels`);
  }
  return data;
}

/** As many corners as tell no pixel apart from a circle. */
function circle(x: number, y: number, radius: number): number[] {
  const corners = Math.min(4096, Math.max(12, Math.ceil(4 * radius)));
  return Array.from({ length: corners }, (_, i) => (2 * Math.PI * i) / corners).flatMap((angle) => [
    x + radius * Math.cos(angle),
    y + radius * Math.sin(angle),
  ]);
}

/** A picture inside a box, whose lower right pixel belongs to it. */
async function paintMask(data: Uint8Array, size: Size, mask: string, box: number[], value: number, name: string): Promise<void> {
  const [left, top, right, bottom] = box.map(Math.trunc) as [number, number, number, number];
  const [width, height] = [right - left + 1, bottom - top + 1];
  if (left < 0 || top < 0 || width < 1 || height < 1 || right >= size.width || bottom >= size.height) {
    throw unreadable(name, 'a mask does not fit the image');
  }
  const bits = await decodeBits(Buffer.from(mask, 'base64'), name, width, height).catch((error: unknown) => {
    throw unreadable(name, problemOf(error), error);
  });
  for (let i = 0; i < bits.length; i++) {
    if (bits[i] !== 0) data[(top + Math.floor(i / width)) * size.width + left + (i % width)] = value;
  }
}
