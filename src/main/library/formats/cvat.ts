import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SaxesParser } from 'saxes';
import { z } from 'zod';
import type { LabelClass } from '@shared/domain';
import { IGNORE, MAX_CLASSES } from '@shared/mask';
import { stemOf } from '../images/names';
import { reading, writing, type Format, type Size, type Source, type Writer } from './base/format';
import { headOf, readText, unreadable } from './base/json';
import { numberClasses } from './base/numbering';
import { restOption, shapesOption, withoutOption } from './base/options';
import { checkSize } from './base/sizes';
import { TextFile } from './base/text-file';
import { boxRuns, paintBoxRuns } from './shapes/box-runs';
import { paintSpans, polygonSpans } from './shapes/fill';
import { traceRegions } from './shapes/trace';

const FILE = 'annotations.xml';

/** One XML file, see https://docs.cvat.ai/docs/dataset_management/formats/format-cvat. */
export const cvat: Format = {
  id: 'cvat',
  name: 'CVAT for images 1.1',
  about: 'One XML file with polygons or masks of all regions, for a task of CVAT that has the same images.',
  holds: { classes: MAX_CLASSES, holes: true, parts: true, unlabelled: true },
  write: writing({
    options: z.object({ shapes: shapesOption, without: withoutOption }),
    entries: { folders: [], files: [FILE] },
    begin: beginCvat,
  }),
  read: reading({ options: z.object({ rest: restOption }), recognise, open: openCvat }),
};

interface WriteOptions {
  readonly shapes: 'polygons' | 'rle';
  readonly without?: number | null | undefined;
}

const escape = (text: string): string => text.replace(/[&<>"'\n\r\t]/g, (letter) => `&#${letter.charCodeAt(0)};`);

async function beginCvat(folder: string, classes: readonly LabelClass[], { shapes, without }: WriteOptions): Promise<Writer> {
  const file = await TextFile.create(join(folder, FILE));
  const names = new Map(classes.filter(({ id }) => id !== without).map(({ id, name }) => [id, escape(name)]));
  const labels = classes
    .filter(({ id }) => names.has(id))
    .map(({ id, color }) => `<label><name>${names.get(id)}</name><color>${color}</color><type>any</type><attributes></attributes></label>`);
  await file.write(
    `<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n<meta><task><labels>\n${labels.join('\n')}\n</labels></task></meta>\n`,
  );
  let images = 0;
  return {
    add: async ({ path, width, height, data }) => {
      const size = { width, height };
      const shown = traceRegions(data, size).flatMap(({ classId, points }) => {
        const name = names.get(classId);
        if (name === undefined) return [];
        const common = `label="${name}" source="manual" occluded="0"`;
        if (shapes === 'polygons') {
          const corners = points.flatMap((x, i) => (i % 2 === 0 ? [`${x},${points[i + 1]!}`] : []));
          return [`<polygon ${common} points="${corners.join(';')}" z_order="0"></polygon>`];
        }
        const { runs, left, top, width: w, height: h } = boxRuns(polygonSpans(points, size));
        return [`<mask ${common} rle="${runs.join(', ')}" left="${left}" top="${top}" width="${w}" height="${h}" z_order="0"></mask>`];
      });
      await file.write(
        `<image id="${images++}" name="${escape(path)}" width="${width}" height="${height}">\n${shown.map((each) => `${each}\n`).join('')}</image>\n`,
      );
    },
    end: () => file.end('</annotations>\n'),
  };
}

const Count = z.coerce.number().int().nonnegative();
const Image = z.object({ name: z.string(), width: Count, height: Count });
const Shape = z.object({ label: z.string(), z_order: z.coerce.number().default(0) });
const Polygon = Shape.extend({ points: z.string() });
const Mask = Shape.extend({ rle: z.string(), left: Count, top: Count, width: Count, height: Count });

interface Found extends z.infer<typeof Shape> {
  paint(data: Uint8Array, size: Size, value: number): void;
}

interface FoundImage extends z.infer<typeof Image> {
  readonly shapes: Found[];
}

async function filesOf(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /\.xml$/i.test(name) && !name.startsWith('.')).sort();
  return names.map((name) => join(folder, name));
}

async function recognise(folder: string): Promise<boolean> {
  const [file] = await filesOf(folder);
  return file !== undefined && /<annotations>[\s\S]*<(image|track|version)\b/.test(await headOf(file));
}

async function openCvat(folder: string, { rest }: { readonly rest?: number | null | undefined }): Promise<Source> {
  const files = await filesOf(folder);
  const [images, labels, others]: [FoundImage[], Set<string>, Map<string, number>] = [[], new Set(), new Map()];
  for (const file of files) parse(await readText(file), basename(file), { images, labels, others });
  const names = [...labels];
  const { list, ids } = numberClasses(
    files[0] ?? folder,
    names.map((name, number) => ({ name, number })),
  );
  return {
    classes: list,
    rest: rest ?? null,
    leftOut: [...others].map(([kind, count]) => ({
      name: `${count} of <${kind}>`,
      reason: 'only polygons and masks with a label say of pixels what they are',
    })),
    pieces: images.map(({ name, width, height, shapes }) => ({
      name,
      imageNames: [name, stemOf(name)],
      read: (size) => {
        checkSize(name, { width, height }, size);
        const data = new Uint8Array(size.width * size.height).fill(IGNORE);
        for (const { label, paint } of shapes.toSorted((a, b) => a.z_order - b.z_order)) paint(data, size, ids.get(names.indexOf(label))!);
        return Promise.resolve(data);
      },
    })),
  };
}

interface Gathered {
  readonly images: FoundImage[];
  readonly labels: Set<string>;
  /** Shapes of other kinds. */
  readonly others: Map<string, number>;
}

/** The parser knows no entities but those of XML itself. @throws EspalierError IMPORT_UNREADABLE */
function parse(text: string, file: string, { images, labels, others }: Gathered): void {
  const path: string[] = [];
  let name = '';
  const parser = new SaxesParser();
  const attributesAs = <S extends z.ZodType>(schema: S, attributes: unknown): z.output<S> => {
    const parsed = schema.safeParse(attributes);
    if (!parsed.success) throw unreadable(file, `line ${parser.line}: ${path.at(-1)} lacks ${parsed.error.issues[0]!.path.join('.')}`);
    return parsed.data;
  };
  parser.on('error', (error) => {
    throw unreadable(file, `it is not valid XML, ${error.message}`, error);
  });
  parser.on('opentag', ({ name: tag, attributes }) => {
    path.push(tag);
    if (tag === 'track') throw unreadable(file, 'it is of a video; export it as "CVAT for images"');
    if (tag === 'image') images.push({ ...attributesAs(Image, attributes), shapes: [] });
    else if (path.at(-2) === 'image') addShape(images.at(-1)!, tag, attributes);
  });
  parser.on('text', (words) => {
    if (path.join('/').endsWith('/labels/label/name')) name += words;
  });
  parser.on('closetag', () => {
    if (path.join('/').endsWith('/labels/label/name')) {
      labels.add(name);
      name = '';
    }
    path.pop();
  });
  parser.write(text).close();

  function addShape(image: FoundImage, tag: string, attributes: unknown): void {
    if ((tag === 'polygon' || tag === 'mask') && attributesAs(Shape, attributes).label === '') tag = `${tag} label=""`;
    if (tag === 'polygon') {
      const { points, ...shape } = attributesAs(Polygon, attributes);
      const corners = points.split(/[;,]/).map(Number);
      if (!corners.every(Number.isFinite)) throw unreadable(file, `line ${parser.line}: a corner is no number`);
      labels.add(shape.label);
      image.shapes.push({ ...shape, paint: (data, size, value) => paintSpans(data, size, polygonSpans(corners, size), value) });
    } else if (tag === 'mask') {
      const { rle, label, z_order, ...box } = attributesAs(Mask, attributes);
      const runs = rle.split(',').map(Number);
      const where = `${file}, ${image.name}`;
      labels.add(label);
      image.shapes.push({
        label,
        z_order,
        paint: (data, size, value) => {
          if (!paintBoxRuns(data, size, { ...box, runs }, value)) throw unreadable(where, 'a mask does not fit the image');
        },
      });
    } else if (tag !== 'attribute' && tag !== 'tag') others.set(tag, (others.get(tag) ?? 0) + 1);
  }
}
