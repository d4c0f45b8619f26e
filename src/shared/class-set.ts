import { z } from 'zod';
import { LabelClass } from './domain';
import { EspalierError } from './errors';
import { MAX_CLASSES } from './mask';

/**
 * Classes as they travel between projects: names in order, with colours where the file has them. `id`: the number a class has in masks;
 * either all classes have one, each its own, or (null) the file knows only their order.
 */
export const ClassSet = z
  .array(z.object({ id: LabelClass.shape.id.nullable(), name: LabelClass.shape.name, color: LabelClass.shape.color.nullable() }))
  .min(1)
  .max(MAX_CLASSES);
export type ClassSet = z.infer<typeof ClassSet>;

/** The classes of a project that the user has not named yet. */
export const FIRST_CLASSES = [
  { name: 'background', color: '#000000' },
  { name: 'object', color: '#800000' },
] as const;

interface RawEntry {
  readonly id: unknown;
  readonly name: string;
  readonly color: string | null;
}

const Entry = z.union([
  z.string().transform((name): RawEntry => ({ id: null, name, color: null })),
  z
    .object({ id: z.unknown().optional(), name: z.string(), color: z.string().nullish() })
    .transform(({ id, name, color }): RawEntry => ({ id: id ?? null, name, color: color ?? null })),
]);
const Json = z.union([z.array(Entry), z.object({ classes: z.array(Entry) }).transform(({ classes }) => classes)]);

/**
 * Reads a set of classes: JSON (a list of names, or of objects with `name`, `color` and `id` as Espalier and CVAT write them), a VOC
 * `labelmap.txt`, or a text with a name a line. Names of labels that only mean "nothing", as labelme writes them, are left out.
 * Ids are kept as they are; a file whose ids cannot all be kept is refused.
 * @throws EspalierError CLASS_SET_INVALID
 */
export function parseClassSet(text: string): ClassSet {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  const entries = /^[[{]/.test(trimmed) ? fromJson(trimmed) : trimmed.split(/\r?\n/).flatMap(fromLine);
  if (entries.length === 0) throw invalid('it names no class');
  if (entries.length > MAX_CLASSES) throw invalid(`it names ${entries.length} classes, and a project has at most ${MAX_CLASSES}`);
  checkIds(entries);
  const set = ClassSet.safeParse(entries.map((entry) => ({ ...entry, color: entry.color?.toLowerCase() ?? null })));
  if (!set.success) throw invalid(`entry ${Number(set.error.issues[0]!.path[0]) + 1} is not a class`);
  const names = set.data.map(({ name }) => name.toLowerCase());
  const twice = set.data.find((_, i) => names.indexOf(names[i]!) !== i);
  if (twice) throw invalid(`"${twice.name}" occurs twice`);
  return set.data;
}

/** Ids are class numbers of masks, so none is changed in silence. @throws EspalierError CLASS_SET_INVALID unless all are usable or none is given */
function checkIds(entries: readonly RawEntry[]): void {
  if (entries.every(({ id }) => id === null)) return;
  const seen = new Set<unknown>();
  for (const { id, name } of entries) {
    if (!LabelClass.shape.id.safeParse(id).success) {
      const found = id === null ? 'no id' : `the id ${JSON.stringify(id)}`;
      throw invalid(
        `"${name}" has ${found} where a number from 0 to ${MAX_CLASSES - 1} is needed; without any "id", classes are numbered in order`,
      );
    }
    if (seen.has(id)) throw invalid(`the id ${String(id)} occurs twice`);
    seen.add(id);
  }
}

/** The set with the class number of each: its own, or its place in the list. */
export function numbered(set: ClassSet): (ClassSet[number] & { readonly id: number })[] {
  return set.map((each, index) => ({ ...each, id: each.id ?? index }));
}

/** The JSON that `parseClassSet` reads. */
export function formatClassSet(classes: readonly LabelClass[]): string {
  const set = classes.map(({ id, name, color }) => ({ id, name, color }));
  return `${JSON.stringify(set, null, 2)}\n`;
}

function fromJson(text: string): RawEntry[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid('it is not valid JSON', cause);
  }
  const parsed = Json.safeParse(value);
  if (!parsed.success) throw invalid('it is not a list of classes', parsed.error);
  return parsed.data;
}

/** `label:r,g,b:parts:actions` of VOC, or a name; comments and labelme's own labels are none. */
function fromLine(line: string): RawEntry[] {
  const text = line.trim();
  if (text === '' || text.startsWith('#') || text === '__ignore__') return [];
  const voc = /^(.+?):(\d{1,3}),(\d{1,3}),(\d{1,3})(?::.*)?$/.exec(text);
  if (!voc) return [{ id: null, name: text, color: null }];
  const channels = voc.slice(2, 5).map((channel) => Number(channel).toString(16).padStart(2, '0'));
  return [{ id: null, name: voc[1]!, color: `#${channels.join('')}` }];
}

function invalid(reason: string, cause?: unknown): EspalierError {
  return new EspalierError('CLASS_SET_INVALID', { reason }, { cause });
}

/** What taking a set into a list of classes would do; classes are the same when their names are, in upper or lower case. */
export interface ClassSetEffect {
  readonly added: readonly string[];
  readonly recoloured: readonly string[];
  readonly unchanged: readonly string[];
}

export function effectOf(set: ClassSet, classes: readonly LabelClass[]): ClassSetEffect {
  const [added, recoloured, unchanged]: string[][] = [[], [], []];
  for (const { name, color } of set) {
    const known = classes.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (!known) added!.push(name);
    else if (color !== null && color !== known.color) recoloured!.push(name);
    else unchanged!.push(name);
  }
  return { added: added!, recoloured: recoloured!, unchanged: unchanged! };
}
