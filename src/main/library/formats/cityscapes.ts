import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { z } from 'zod';
import { formatClassSet } from '@shared/class-set';
import type { LabelClass } from '@shared/domain';
import { IGNORE, MAX_CLASSES } from '@shared/mask';
import { problemOf } from '../../media/failure';
import { writeFileAtomic } from '../../media/files';
import { paletteOf } from '../../media/palette';
import { writePng } from '../../media/png';
import { readNumbers16, readSize } from '../../media/rgb';
import { CLASSES, readClassList } from './base/class-file';
import { reading, writing, type Format, type Piece, type Size, type Source, type Writer } from './base/format';
import { FILES_BESIDE } from './base/beside';
import { unreadable } from './base/json';
import { numberClasses } from './base/numbering';
import { choiceOption } from './base/options';
import { checkSize } from './base/sizes';
import { piecesIn, withoutFirst } from './pieces';

const [ROOT, SUBSET] = ['gtFine', 'train'];

/** In the order of their numbers. */
const LABELS =
  'unlabeled,ego vehicle,rectification border,out of roi,static,dynamic,ground,road,sidewalk,parking,rail track,building,wall,fence,guard rail,bridge,tunnel,pole,polegroup,traffic light,traffic sign,vegetation,terrain,sky,person,rider,car,truck,bus,caravan,trailer,train,motorcycle,bicycle'.split(
    ',',
  );
const TRAINED =
  'road,sidewalk,building,wall,fence,pole,traffic light,traffic sign,vegetation,terrain,sky,person,rider,car,truck,bus,train,motorcycle,bicycle'.split(
    ',',
  );
/** `labelIds`: the number of each pixel's class. `instanceIds`: that, or of things it · 1000 and which one it is. */
const KINDS = ['labelIds', 'labelTrainIds', 'instanceIds'] as const;
type Kind = (typeof KINDS)[number];

/** As Cityscapes lies in folders: a kind of masks is known by the end of its names. */
export const cityscapes: Format = {
  id: 'cityscapes',
  name: 'Cityscapes',
  about: 'Grey PNGs *_gtFine_labelIds.png of class numbers (255 unlabelled) and *_gtFine_color.png, by subset and city.',
  holds: { classes: MAX_CLASSES, holes: true, parts: true, unlabelled: true },
  write: writing({ options: z.object({}), entries: { folders: [ROOT!], files: [CLASSES] }, begin: beginCityscapes }),
  read: reading({
    options: z.object({
      kind: choiceOption('Masks are', 'Which of the masks of an image are taken.', {
        found: 'the first kind there is',
        labelIds: 'labelIds',
        labelTrainIds: 'labelTrainIds',
        instanceIds: 'instanceIds',
      }),
    }),
    recognise: async (folder) => (await stat(join(folder, ROOT!)).catch(() => null))?.isDirectory() ?? false,
    open: openCityscapes,
  }),
};

async function beginCityscapes(folder: string, classes: readonly LabelClass[]): Promise<Writer> {
  const palette = paletteOf(classes);
  palette.fill(0, 3 * IGNORE);
  return {
    beside: FILES_BESIDE,
    add: async ({ name, subset, width, height, data }) => {
      // Readers look for a folder of a city in that of a subset.
      const place = name.includes('/') ? name : `default/${name}`;
      const start = join(folder, ROOT!, subset ?? SUBSET!, `${place.replace(/_leftImg8bit$/, '')}_gtFine`);
      await mkdir(dirname(start), { recursive: true });
      await writePng(`${start}_labelIds.png`, { kind: 'grey', width, height, data });
      const colours = new Uint8Array(3 * data.length);
      for (const [i, id] of data.entries()) colours.set(palette.subarray(3 * id, 3 * id + 3), 3 * i);
      await writePng(`${start}_color.png`, { kind: 'rgb', width, height, data: colours });
    },
    end: () => writeFileAtomic(join(folder, CLASSES), formatClassSet(classes)),
  };
}

async function openCityscapes(folder: string, { kind: wanted }: { readonly kind: Kind | 'found' }, signal: AbortSignal): Promise<Source> {
  const inside = join(folder, ROOT!);
  const root = (await stat(inside).catch(() => null))?.isDirectory() ? inside : folder;
  const files = new Map<Kind, Piece[]>();
  const own = root === inside ? await readClassList(folder) : null;
  const { leftOut } = await piecesIn(root, '.png', signal, (path, stem) => {
    const found = /^(.*)_gt(?:Fine|Coarse)_(labelIds|labelTrainIds|instanceIds)$/.exec(stem);
    if (!found) return null;
    const [, image, kind] = found as unknown as [string, string, Kind];
    const places = [image, withoutFirst(image), withoutFirst(withoutFirst(image))];
    const piece: Piece = {
      name: posix.basename(path),
      imageNames: places.flatMap((place) => [`${place}_leftImg8bit`, place]),
      read: (size) => readIds(join(root, path), posix.basename(path), size, kind, own !== null),
    };
    files.set(kind, [...(files.get(kind) ?? []), piece]);
    return null;
  });
  const kind = wanted === 'found' ? KINDS.find((each) => files.has(each)) : wanted;
  const names = kind === 'labelTrainIds' ? TRAINED : LABELS;
  const classes = names.map((name, number) => ({ name, number })).filter(({ name }) => name !== 'unlabeled');
  return { classes: own ?? numberClasses(root, classes).list, pieces: (kind && files.get(kind)) ?? [], leftOut };
}

/** @param own the numbers are those of a list beside the masks, where 0 is a class as others are */
async function readIds(file: string, name: string, size: Size, kind: Kind, own: boolean): Promise<Uint8Array> {
  const refuse = (error: unknown): never => {
    throw unreadable(name, problemOf(error), error);
  };
  checkSize(name, await readSize(file).catch(refuse), size);
  const { data } = await readNumbers16(file).catch(refuse);
  return Uint8Array.from(data, (number) => {
    const id = kind === 'instanceIds' && number >= 1000 ? Math.floor(number / 1000) : number;
    return id > IGNORE || (id === 0 && kind !== 'labelTrainIds' && !own) ? IGNORE : id;
  });
}
