import type { VariableSpec } from './network';

/**
 * Variables of a network for other classes than it had: what does not depend on classes as it is, and of the classifier the columns of
 * classes that both have.
 * @param fresh variables as those of new classes are to begin
 * @param known gives variables as they are, by name
 * @param had ids of the classes, in their order
 * @param wanted the same of those to come
 */
export function forClasses(
  specs: readonly VariableSpec[],
  fresh: ReadonlyMap<string, Float32Array>,
  known: (name: string) => Float32Array,
  had: readonly number[],
  wanted: readonly number[],
): Map<string, Float32Array> {
  const columns = wanted.map((id) => had.indexOf(id));
  return new Map(
    specs.map(({ name, part }) => {
      const values = known(name);
      if (part !== 'classifier') return [name, values];
      const own = fresh.get(name)!.map((value, i) => {
        const [row, column] = [Math.floor(i / wanted.length), columns[i % wanted.length]!];
        return column < 0 ? value : values[row * had.length + column]!;
      });
      return [name, own];
    }),
  );
}
