import type { ClassSet } from '@shared/class-set';
import { vocColor, LabelClass } from '@shared/domain';
import { EspalierError } from '@shared/errors';
import { IGNORE, MAX_CLASSES } from '@shared/mask';
import type { OpenProject } from '../project/open-project';
import type { ClassQueries } from '../queries/classes';

/** @throws EspalierError CLASS_UNKNOWN */
export function classOf(project: OpenProject, id: number): LabelClass {
  const found = project.queries.classes.list().find((each) => each.id === id);
  if (!found) throw new EspalierError('CLASS_UNKNOWN', { id });
  return found;
}

/**
 * Adds a class under an id never used before (`wanted` when it is one); one of a class long gone only when there is no other.
 */
export function addClass(project: OpenProject, name: string, color: string | null, wanted: number | null = null): LabelClass {
  const { classes } = project.queries;
  const list = classes.list();
  if (list.length >= MAX_CLASSES) throw new EspalierError('CLASS_LIMIT');
  const all = classes.all();
  const used = new Set(all.map(({ id }) => id));
  const ids = Array.from({ length: MAX_CLASSES }, (_, id) => id);
  const fresh = wanted !== null && !used.has(wanted) ? wanted : ids.find((id) => !used.has(id));
  const id = fresh ?? all.find(({ active }) => active === 0)?.id ?? 0;
  const position = Math.max(-1, ...list.map((each) => each.position)) + 1;
  const added = valid({ id, name, color: color ?? vocColor(id), position }, list);
  classes.add(added);
  return added;
}

export function updateClass(project: OpenProject, id: number, change: { name?: string; color?: string }): LabelClass {
  const old = classOf(project, id);
  const updated = valid({ ...old, name: change.name ?? old.name, color: change.color ?? old.color }, project.queries.classes.list());
  project.queries.classes.update(id, updated.name, updated.color);
  return updated;
}

/** Several colours at once, all or none. */
export function recolorClasses(project: OpenProject, colors: readonly { id: number; color: string }[]): LabelClass[] {
  project.db.transaction(() => {
    for (const { id, color } of colors) updateClass(project, id, { color });
  })();
  return project.queries.classes.list();
}

/** Adds the classes whose names are new, in order and with the set's ids where they are free, and gives the others its colours; all or none. */
export function addClassSet(project: OpenProject, set: ClassSet): LabelClass[] {
  project.db.transaction(() => {
    for (const { id, name, color } of set) {
      const known = project.queries.classes.list().find((each) => each.name.toLowerCase() === name.toLowerCase());
      if (!known) addClass(project, name, color, id);
      else if (color !== null) updateClass(project, known.id, { color });
    }
  })();
  return project.queries.classes.list();
}

/** Puts the named classes first, in this order; the others keep theirs after them. */
export function reorderClasses(project: OpenProject, ids: readonly number[]): LabelClass[] {
  const { classes } = project.queries;
  for (const id of ids) classOf(project, id);
  const order = new Set([...ids, ...classes.list().map(({ id }) => id)]);
  project.db.transaction(() => [...order].forEach((id, position) => classes.setPosition(id, position)))();
  return classes.list();
}

/**
 * Takes a class away: its pixels, in every image, become another class or (null) unlabelled, in one transaction.
 * The images concerned cannot undo to before it.
 */
export function replaceClass(project: OpenProject, from: number, into: number | null): LabelClass[] {
  const { queries, labels, db } = project;
  classOf(project, from);
  if (into !== null) classOf(project, into);
  if (from === into) return queries.classes.list();
  if (queries.classes.list().length === 1) throw new EspalierError('CLASS_LAST');
  const images = queries.labels.imagesWith(from);
  try {
    db.transaction(() => {
      for (const id of images) labels.replaceClass(id, from, into);
      queries.decisions.replaceClass(from, into);
      queries.classes.retire(from, into);
      queries.comparisons.forgetAll();
    })();
  } catch (error) {
    for (const id of images) labels.forget(id);
    throw error;
  }
  return queries.classes.list();
}

/**
 * What each class id in the predictions of run `number` means today: itself, the class it was merged into, or 255 when it was removed.
 * Ids beyond the project's classes mean 255.
 */
export function classesOfRun(project: OpenProject, number: number): Uint8Array {
  const meanings = new Uint8Array(256).fill(IGNORE);
  for (const { id, active, merged_into, since_run } of project.queries.classes.all()) {
    // A class made after the run merely has the number of one that the run knew.
    if (active === 1) meanings[id] = since_run < number ? id : IGNORE;
    else meanings[id] = merged_into ?? IGNORE;
  }
  return meanings;
}

/** Fills an empty list. Ids left out are the places in the list; colours left empty come from the VOC palette. */
export function addFirstClasses(queries: ClassQueries, classes: readonly FirstClass[]): void {
  if (classes.length > MAX_CLASSES) throw new EspalierError('CLASS_LIMIT');
  classes.forEach(({ id: given, name, color }, position) => {
    const id = given ?? position;
    queries.add(valid({ id, name, color: color === '' ? vocColor(id) : color, position }, queries.list()));
  });
}

export interface FirstClass {
  readonly id?: number | undefined;
  readonly name: string;
  readonly color: string;
}

/** @throws EspalierError CLASS_NAME_TAKEN, CLASS_INVALID */
function valid(wanted: LabelClass, others: readonly LabelClass[]): LabelClass {
  const parsed = LabelClass.safeParse({ ...wanted, color: wanted.color.toLowerCase() });
  if (!parsed.success) throw new EspalierError('CLASS_INVALID', {}, { cause: parsed.error });
  const { id, name } = parsed.data;
  if (others.some((each) => each.id !== id && each.name.toLowerCase() === name.toLowerCase())) {
    throw new EspalierError('CLASS_NAME_TAKEN', { name });
  }
  return parsed.data;
}
