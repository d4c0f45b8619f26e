import { z } from 'zod';
import { LabelClass } from './domain';
import { EspalierError } from './errors';
import { MAX_CLASSES } from './mask';

/** Classes as they travel between projects: names in order, with colours where the file has them. */
export const ClassSet = z
  .array(z.object({ name: LabelClass.shape.name, color: LabelClass.shape.color.nullable() }))
  .min(1)
  .max(MAX_CLASSES);
export type ClassSet = z.infer<typeof ClassSet>;

const Entry = z.union([
  z.string().transform((name) => ({ name, color: null })),
  z.object({ name: z.string(), color: z.string().nullish() }).transform(({ name, color }) => ({ name, color: color ?? null })),
]);
const Json = z.union([z.array(Entry), z.object({ classes: z.array(Entry) }).transform(({ classes }) => classes)]);

/**
 * Reads a set of classes: JSON (a list of names, or of objects with `name` and `color` as Espalier and CVAT write them), a VOC
 * `labelmap.txt`, or a text with a name a line. Names of labels that only mean "nothing", as labelme writes them, are left out.
 * @throws EspalierError CLASS_SET_INVALID
 */
export function parseClassSet(text: string): ClassSet {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  const entries = /^[[{]/.test(trimmed) ? fromJson(trimmed) : trimmed.split(/\r?\n/).flatMap(fromLine);
  const set = ClassSet.safeParse(entries.map(({ name, color }) => ({ name, color: color?.toLowerCase() ?? null })));
  if (!set.success)
    throw invalid(
      set.error.issues[0]!.path.length > 1 ? `entry ${Number(set.error.issues[0]!.path[0]) + 1} is not a class` : 'it names no class',
    );
  const names = set.data.map(({ name }) => name.toLowerCase());
  const twice = set.data.find((_, i) => names.indexOf(names[i]!) !== i);
  if (twice) throw invalid(`"${twice.name}" occurs twice`);
  return set.data;
}

/** The JSON that `parseClassSet` reads; `id` is for people and other programs. */
export function formatClassSet(classes: readonly LabelClass[]): string {
  const set = classes.map(({ id, name, color }) => ({ id, name, color }));
  return `${JSON.stringify(set, null, 2)}\n`;
}

function fromJson(text: string): z.infer<typeof Json> {
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
function fromLine(line: string): { name: string; color: string | null }[] {
  const text = line.trim();
  if (text === '' || text.startsWith('#') || text === '__ignore__') return [];
  const voc = /^(.+?):(\d{1,3}),(\d{1,3}),(\d{1,3})(?::.*)?$/.exec(text);
  if (!voc) return [{ name: text, color: null }];
  const channels = voc.slice(2, 5).map((channel) => Number(channel).toString(16).padStart(2, '0'));
  return [{ name: voc[1]!, color: `#${channels.join('')}` }];
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
