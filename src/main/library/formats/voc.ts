import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { parseClassSet } from '@shared/class-set';
import { vocColor, type LabelClass } from '@shared/domain';
import { EspalierError, toEspalierError } from '@shared/errors';
import { IGNORE, MAX_CLASSES } from '@shared/mask';
import { SUBSETS, type Subset } from '@shared/subsets';
import { paletteOf } from '../../media/palette';
import { writeFileAtomic } from '../../media/files';
import { writePng } from '../../media/png';
import { colourNumber, readByColour } from './base/colours';
import { reading, writing, type Format, type Source, type Writer } from './base/format';
import { readText } from './base/json';
import { numberClasses, type Numbered } from './base/numbering';
import { TextFile } from './base/text-file';
import { piecesIn } from './pieces';

const [MASKS, SETS, LABELS] = ['SegmentationClass', 'ImageSets', 'labelmap.txt'];

/** Of VOC 2012, numbered in this order, where no list says otherwise. */
const VOC_CLASSES =
  'background aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person pottedplant sheep sofa train tvmonitor'.split(
    ' ',
  );
/** The colour of pixels that belong to nothing. */
const VOID = '#e0e0c0';

/** As the sets of PASCAL VOC lie in folders; a class is known by the colour that VOC's palette gives its number. */
export const voc: Format = {
  id: 'voc',
  name: 'PASCAL VOC segmentation',
  about: 'Indexed PNGs with VOC’s palette in SegmentationClass, labelmap.txt, and the list of images in ImageSets/Segmentation.',
  holds: { classes: MAX_CLASSES, holes: true, parts: true, unlabelled: true },
  write: writing({ options: z.object({}), entries: { folders: [MASKS!, SETS!], files: [LABELS!] }, begin: beginVoc }),
  read: reading({
    options: z.object({}),
    recognise: async (folder) => (await stat(join(folder, MASKS!)).catch(() => null))?.isDirectory() ?? false,
    open: openVoc,
  }),
};

async function beginVoc(folder: string, classes: readonly LabelClass[]): Promise<Writer> {
  const palette = paletteOf([]);
  palette.set([0xe0, 0xe0, 0xc0], 3 * IGNORE);
  const list = join(folder, SETS!, 'Segmentation');
  await mkdir(join(folder, MASKS!));
  await mkdir(list, { recursive: true });
  const labels = await TextFile.create(join(folder, LABELS!));
  const rgb = (id: number): string => [1, 3, 5].map((at) => Number.parseInt(vocColor(id).slice(at, at + 2), 16)).join(',');
  // Some readers want a name for what belongs to nothing, too.
  const nothing = classes.some(({ name }) => name.toLowerCase() === 'ignored') ? 'void' : 'ignored';
  const lines = [...classes.map(({ id, name }) => `${name}:${rgb(id)}::`), `${nothing}:224,224,192::`];
  await labels.end(['# label:color_rgb:parts:actions', ...lines, ''].join('\n'));
  const names = await TextFile.create(join(list, 'trainval.txt'));
  const subsets = new Map(SUBSETS.map((subset): [Subset, string[]] => [subset, []]));
  return {
    add: async ({ name, subset, width, height, data }) => {
      const file = join(folder, MASKS!, `${name}.png`);
      await mkdir(dirname(file), { recursive: true });
      await writePng(file, { kind: 'indexed', width, height, data }, palette);
      await names.write(`${name}\n`);
      if (subset !== null) subsets.get(subset)!.push(name);
    },
    end: async () => {
      await names.end();
      for (const [subset, own] of subsets) {
        if (own.length > 0) await writeFileAtomic(join(list, `${subset}.txt`), own.map((name) => `${name}\n`).join(''));
      }
    },
  };
}

async function openVoc(folder: string, _: object, signal: AbortSignal): Promise<Source> {
  const { list, ids, classes } = await classesOf(folder);
  const table = new Map(classes.map(({ number, color }) => [colourNumber(color), ids.get(number)!]));
  table.set(colourNumber(VOID), IGNORE);
  const masks = join(folder, MASKS!);
  const found = await piecesIn(masks, '.png', signal, (path, stem) => ({
    name: path,
    imageNames: [stem],
    read: (image) => readByColour(join(masks, path), path, image, table),
  }));
  return { ...found, classes: list };
}

/** Classes keep VOC's numbers where all their colours are of its palette. */
async function classesOf(folder: string) {
  const file = join(folder, LABELS!);
  const there = await stat(file).catch(() => null);
  const found = there ? await labelsIn(file) : VOC_CLASSES.map((name, id) => ({ name, color: vocColor(id) }));
  const numbers = new Map(Array.from({ length: MAX_CLASSES }, (_, id) => [vocColor(id), id]));
  const classes: (Numbered & { readonly color: string })[] = found
    .filter(({ color }) => color !== VOID)
    .map(({ name, color }, i) => ({ name, color: color ?? vocColor(i), number: i }));
  const vocs = classes.map(({ color }) => numbers.get(color));
  const numbered = vocs.every((number) => number !== undefined) ? classes.map((each, i) => ({ ...each, number: vocs[i]! })) : classes;
  return { ...numberClasses(there ? file : folder, numbered), classes: numbered };
}

async function labelsIn(file: string) {
  try {
    return parseClassSet(await readText(file));
  } catch (error) {
    const { params, message } = toEspalierError(error);
    throw new EspalierError('CLASS_LIST_INVALID', { file, reason: params.reason ?? message }, { cause: error });
  }
}
