import { mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { z } from 'zod';
import type { LabelClass } from '@shared/domain';
import { IGNORE, MAX_CLASSES } from '@shared/mask';
import { insideOf } from '../../../media/inside';
import { writePng } from '../../../media/png';
import { stemOf } from '../../images/names';
import { readByColour } from '../base/colours';
import { reading, writing, type Format, type Piece, type Source, type Writer } from '../base/format';
import { readJson, unreadable } from '../base/json';
import { numberClasses } from '../base/numbering';
import { restOption, withoutOption } from '../base/options';
import { TextFile } from '../base/text-file';
import { CocoImage } from './read-instances';
import { ENTRIES, FIRST_CATEGORY } from './write-instances';

const NAME = 'panoptic_default';

/** Colour PNGs of segment numbers with a JSON file that says what each segment is, see https://cocodataset.org/#format-data. */
export const cocoPanoptic: Format = {
  id: 'coco-panoptic',
  name: 'COCO panoptic',
  about: 'A PNG for each image whose colours number its segments (one of each class), and one JSON file that says what they are.',
  holds: { classes: MAX_CLASSES, holes: true, parts: true, unlabelled: true },
  write: writing({ options: z.object({ without: withoutOption }), entries: ENTRIES, begin: beginPanoptic }),
  read: reading({
    options: z.object({ rest: restOption }),
    recognise: async (folder) => (await filesOf(folder)).length > 0,
    open: openPanoptic,
  }),
};

async function beginPanoptic(
  folder: string,
  classes: readonly LabelClass[],
  { without }: { without?: number | null | undefined },
): Promise<Writer> {
  const pictures = join(folder, 'annotations', NAME);
  await mkdir(pictures, { recursive: true });
  const file = await TextFile.create(join(folder, 'annotations', `${NAME}.json`));
  const written = new Set(classes.map(({ id }) => id).filter((id) => id !== without));
  const categories = classes
    .filter(({ id }) => written.has(id))
    .map(({ id, name }) => ({ id: id + FIRST_CATEGORY, name, supercategory: '', isthing: 0 }));
  await file.write(
    `{"info":{"description":"Exported by Espalier"},"licenses":[],"categories":${JSON.stringify(categories)},"annotations":[`,
  );
  const images: string[] = [];
  return {
    add: async ({ path, name, width, height, data }) => {
      const id = images.push(JSON.stringify({ id: images.length + 1, width, height, file_name: path }));
      // A segment has the number of its class from 1 on; black belongs to none.
      const colours = new Uint8Array(3 * data.length);
      const boxes = new Map<number, { area: number; left: number; top: number; right: number; bottom: number }>();
      for (const [i, classId] of data.entries()) {
        if (!written.has(classId)) continue;
        colours[3 * i] = classId + 1;
        const [x, y] = [i % width, Math.floor(i / width)];
        const box = boxes.get(classId);
        if (!box) boxes.set(classId, { area: 1, left: x, top: y, right: x, bottom: y });
        else Object.assign(box, { area: box.area + 1, left: Math.min(box.left, x), right: Math.max(box.right, x), bottom: y });
      }
      const png = join(pictures, `${name}.png`);
      await mkdir(dirname(png), { recursive: true });
      await writePng(png, { kind: 'rgb', width, height, data: colours });
      const segments_info = [...boxes].map(([classId, { area, left, top, right, bottom }]) => ({
        id: classId + 1,
        category_id: classId + FIRST_CATEGORY,
        area,
        bbox: [left, top, right - left + 1, bottom - top + 1],
        iscrowd: 0,
      }));
      await file.write(`${id > 1 ? ',' : ''}\n${JSON.stringify({ image_id: id, file_name: `${name}.png`, segments_info })}`);
    },
    end: () => file.end(`\n],"images":[\n${images.join(',\n')}\n]}\n`),
  };
}

const Count = z.number().int().nonnegative();
const Panoptic = z.object({
  images: z.array(CocoImage),
  annotations: z.array(
    z.object({
      image_id: z.union([Count, z.string()]),
      file_name: z.string(),
      segments_info: z.array(z.object({ id: Count, category_id: Count })),
    }),
  ),
  categories: z.array(z.object({ id: Count, name: z.string() })),
});

async function filesOf(folder: string): Promise<string[]> {
  for (const place of [folder, join(folder, 'annotations')]) {
    const all = await readdir(place).catch(() => []);
    // Of a set that has both, the instances are what is meant: they are in no need of pictures.
    if (all.some((name) => name.startsWith('instances_'))) return [];
    const names = all.filter((name) => /^panoptic_.*\.json$/i.test(name)).sort();
    if (names.length > 0) return names.map((name) => join(place, name));
  }
  return [];
}

async function openPanoptic(folder: string, { rest }: { readonly rest?: number | null | undefined }): Promise<Source> {
  const files = await filesOf(folder);
  const sets = await Promise.all(files.map((file) => readJson(file, Panoptic)));
  const categories = new Map(sets.flatMap((set) => set.categories).map(({ id, name }) => [id, { number: id, name }]));
  const { list, ids } = numberClasses(files[0] ?? folder, [...categories.values()], FIRST_CATEGORY);
  const pieces = sets.flatMap((set, i): Piece[] => {
    const pictures = files[i]!.replace(/\.json$/i, '');
    const images = new Map(set.images.map((image) => [image.id, image]));
    return set.annotations.map(({ image_id, file_name, segments_info }) => {
      const name = images.get(image_id)?.file_name ?? file_name;
      return {
        name,
        imageNames: [name, stemOf(name), stemOf(file_name)],
        read: async (size) => {
          const table = new Map([[0, IGNORE]]);
          for (const { id, category_id } of segments_info) {
            const number = ids.get(category_id);
            if (number === undefined) throw unreadable(name, `there is no category ${category_id}`);
            // Red is the lowest byte of a segment's number.
            table.set(((id & 255) << 16) | (id & 0xff00) | ((id >> 16) & 255), number);
          }
          const file = await insideOf(pictures, posix.normalize(file_name));
          if (file === null) throw unreadable(file_name, `it is not in ${basename(pictures)}`);
          return readByColour(file, file_name, size, table);
        },
      };
    });
  });
  return { classes: list, pieces, leftOut: [], rest: rest ?? null };
}
