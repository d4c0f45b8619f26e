import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { LabelClass } from '@shared/domain';
import { IGNORE, MAX_CLASSES } from '@shared/mask';
import { lastPart, stemOf } from '../images/names';
import { reading, writing, type Format, type Size, type Source, type Writer } from './base/format';
import { headOf, readJson, unreadable } from './base/json';
import { numberClasses } from './base/numbering';
import { restOption, withoutOption } from './base/options';
import { checkSize } from './base/sizes';
import { TextFile } from './base/text-file';
import { decodeBrush, encodeBrush } from './shapes/brush-rle';
import { paintSpans, polygonSpans } from './shapes/fill';

const FILE = 'tasks.json';
/** Red, green, blue and opacity: a brush of Label Studio is a picture. */
const CHANNELS = 4;

/** A list of tasks with brush strokes, as Label Studio imports and exports it. */
export const labelStudio: Format = {
  id: 'label-studio',
  name: 'Label Studio brush',
  about: 'One JSON file of tasks with a brush mask for each class, to import into Label Studio with the images.',
  holds: { classes: MAX_CLASSES, holes: true, parts: true, unlabelled: true },
  write: writing({ options: z.object({ without: withoutOption }), entries: { folders: [], files: [FILE] }, begin: beginTasks }),
  read: reading({ options: z.object({ rest: restOption }), recognise, open: openTasks }),
};

async function beginTasks(
  folder: string,
  classes: readonly LabelClass[],
  { without }: { without?: number | null | undefined },
): Promise<Writer> {
  const file = await TextFile.create(join(folder, FILE));
  const written = classes.filter(({ id }) => id !== without);
  let tasks = 0;
  await file.write('[');
  return {
    add: async ({ path, width, height, data }) => {
      const result = written
        .filter(({ id }) => data.includes(id))
        .map(({ id, name }, i) => ({
          id: `${tasks}-${i}`,
          type: 'brushlabels',
          from_name: 'tag',
          to_name: 'image',
          original_width: width,
          original_height: height,
          image_rotation: 0,
          value: { format: 'rle', rle: encodeBrush(runsOf(data, id)), brushlabels: [name] },
        }));
      const task = { data: { image: path }, annotations: [{ result }] };
      await file.write(`${tasks++ > 0 ? ',' : ''}\n${JSON.stringify(task)}`);
    },
    end: () => file.end('\n]\n'),
  };
}

function runsOf(data: Uint8Array, id: number): [number, number][] {
  const runs: [number, number][] = [];
  for (let at = 0; at < data.length;) {
    const [from, inside] = [at, data[at] === id];
    while (at < data.length && (data[at] === id) === inside) at++;
    runs.push([CHANNELS * (at - from), inside ? 255 : 0]);
  }
  return runs;
}

const Count = z.number().int().positive();
const Result = z.object({
  type: z.string(),
  original_width: Count.optional(),
  original_height: Count.optional(),
  value: z.object({
    rle: z.array(z.number().int().min(0).max(255)).optional(),
    points: z.array(z.tuple([z.number(), z.number()])).optional(),
    brushlabels: z.array(z.string()).optional(),
    polygonlabels: z.array(z.string()).optional(),
  }),
});
type Result = z.infer<typeof Result>;
const Tasks = z.array(
  z.object({
    data: z.record(z.string(), z.unknown()),
    annotations: z.array(z.object({ result: z.array(Result), was_cancelled: z.boolean().optional() })).default([]),
  }),
);

async function filesOf(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /\.json$/i.test(name) && !/^(classes|export)\.json$/.test(name));
  return names.sort().map((name) => join(folder, name));
}

async function recognise(folder: string): Promise<boolean> {
  const [file] = await filesOf(folder);
  return file !== undefined && /^\uFEFF?\s*\[[\s\S]*"(from_name|brushlabels|annotations)"\s*:/.test(await headOf(file));
}

const labelsOf = ({ value }: Result): readonly string[] => value.brushlabels ?? value.polygonlabels ?? [];

async function openTasks(folder: string, { rest }: { readonly rest?: number | null | undefined }): Promise<Source> {
  const files = await filesOf(folder);
  const tasks = (await Promise.all(files.map((file) => readJson(file, Tasks)))).flat();
  const results = tasks.map(({ annotations }) => annotations.filter((each) => !each.was_cancelled).at(-1)?.result ?? []);
  const names = [...new Set(results.flat().flatMap(labelsOf))];
  const { list } = numberClasses(
    files[0] ?? folder,
    names.map((name, number) => ({ name, number })),
  );
  return {
    classes: list,
    rest: rest ?? null,
    leftOut: [],
    pieces: tasks.map(({ data }, i) => {
      const image = Object.values(data).find((value): value is string => typeof value === 'string') ?? `task ${i + 1}`;
      const path = decoded(image.replace(/^.*[?&]d=/, '').replace(/^[a-z]+:\/\/[^/]*\//i, ''));
      const file = lastPart(path);
      return {
        name: path,
        // Uploaded files have eight letters before their name.
        imageNames: [path, stemOf(path), file.replace(/^[0-9a-f]{8}-/, ''), stemOf(file.replace(/^[0-9a-f]{8}-/, ''))],
        read: (size) => Promise.resolve(paint(results[i]!, names, size, path)),
      };
    }),
  };
}

function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    // No address, but a name with a percent sign.
    return address;
  }
}

/** Later strokes go over earlier ones. */
function paint(results: readonly Result[], names: readonly string[], size: Size, name: string): Uint8Array {
  const data = new Uint8Array(size.width * size.height).fill(IGNORE);
  for (const result of results) {
    const [label] = labelsOf(result);
    const { original_width: width, original_height: height, value } = result;
    if (label === undefined) continue;
    const id = names.indexOf(label);
    if (width && height) checkSize(name, { width, height }, size);
    if (value.points) {
      const points = value.points.flatMap(([x, y]) => [(x / 100) * size.width, (y / 100) * size.height]);
      paintSpans(data, size, polygonSpans(points, size), id);
    }
    if (!value.rle) continue;
    try {
      const picture = decodeBrush(value.rle, CHANNELS * data.length);
      for (let i = 0; i < data.length; i++) if (picture[CHANNELS * i + CHANNELS - 1] !== 0) data[i] = id;
    } catch (error) {
      throw error instanceof RangeError ? unreadable(name, error.message, error) : error;
    }
  }
  return data;
}
