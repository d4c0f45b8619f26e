import type { ClassSet } from '@shared/class-set';
import { EspalierError } from '@shared/errors';
import { MAX_CLASSES } from '@shared/mask';
import type { ClassList } from './format';

/** A class as another tool numbers it. */
export interface Numbered {
  readonly number: number;
  readonly name: string;
  readonly color?: string | null;
}

/**
 * The list of classes that another tool numbers from `first` on, and the class number of each of its numbers: less by `first` where all
 * fit, else in the order of the list.
 * @throws EspalierError CLASS_LIST_INVALID, CLASS_LIMIT
 */
export function numberClasses(file: string, found: readonly Numbered[], first = 0): { list: ClassList; ids: ReadonlyMap<number, number> } {
  const invalid = (reason: string) => new EspalierError('CLASS_LIST_INVALID', { file, reason });
  if (found.length === 0) throw invalid('it names no class');
  if (found.length > MAX_CLASSES) throw new EspalierError('CLASS_LIMIT');
  const names = found.map(({ name }) => name.trim().toLowerCase());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw invalid(`"${twice}" occurs twice`);
  if (names.some((name) => name.length === 0 || name.length > 100)) throw invalid('a name is empty or longer than 100 characters');
  const ids = new Map<number, number>();
  const fit = found.every(({ number }) => number >= first && number - first < MAX_CLASSES);
  for (const [i, { number }] of found.entries()) ids.set(number, fit ? number - first : i);
  if (ids.size < found.length) throw invalid('a number occurs twice');
  const classes = found.map(({ number, name, color }) => ({ id: ids.get(number)!, name: name.trim(), color: color ?? null }));
  return { list: { file, classes: classes satisfies ClassSet }, ids };
}
