import { FIRST_CLASSES } from '@shared/class-set';
import { IGNORE } from '@shared/mask';
import { addClass, addFirstClasses } from '../classes/classes';
import type { ClassList } from '../formats/base/format';
import type { OpenProject } from '../project/open-project';

/**
 * Finds a class of the project for each number of a list, by name, and adds what is missing: all classes of the list, with its very
 * numbers, to a project in which no number has a meaning yet; else those that are used, with the list's numbers where they are free.
 * @param used the numbers that the masks hold
 * @returns `meaning`: the project's class of each number, 255 = none; `added`: names of the new classes
 * @throws EspalierError CLASS_LIMIT
 */
export function takeClasses(
  project: OpenProject,
  { classes }: ClassList,
  used: ReadonlySet<number>,
): { readonly meaning: Uint8Array; readonly added: readonly string[] } {
  const { queries, db } = project;
  const before = queries.classes.list();
  const known = new Set(before.map(({ name }) => name.toLowerCase()));
  const fresh = !queries.labels.any() && queries.runs.list().length === 0;
  const added = classes.filter(({ id, name }) => !known.has(name.toLowerCase()) && (fresh || used.has(id)));
  db.transaction(() => {
    if (fresh) renumber(project, classes);
    else for (const { id, name, color } of added) addClass(project, name, color, id);
  })();
  const ids = new Map(queries.classes.list().map(({ id, name }) => [name.toLowerCase(), id]));
  const meaning = new Uint8Array(256).fill(IGNORE);
  for (const { id, name } of classes) meaning[id] = ids.get(name.toLowerCase()) ?? IGNORE;
  return { meaning, added: added.map(({ name }) => name) };
}

/** Gives a project without labels the list's classes and numbers; its own other classes follow, but for those every new project has. */
function renumber(project: OpenProject, list: ClassList['classes']): void {
  const { classes } = project.queries;
  const own = classes.list();
  classes.clear();
  const nameOf = ({ name }: { readonly name: string }): string => name.toLowerCase();
  const colors = new Map(own.map((each) => [nameOf(each), each.color]));
  addFirstClasses(
    classes,
    list.map((each) => ({ ...each, color: colors.get(nameOf(each)) ?? each.color ?? '' })),
  );
  const names = new Set(list.map(nameOf));
  for (const each of own) {
    const first = FIRST_CLASSES.some(({ name, color }) => name === each.name && color === each.color);
    if (!names.has(nameOf(each)) && !first) addClass(project, each.name, each.color, each.id);
  }
}
