import { RandomStream } from '@shared/random';
import { SUBSETS, type Subset, type SubsetPlan } from '@shared/subsets';

/** An image to be dealt out. */
export interface Dealt {
  readonly id: number;
  /** What stays together has the same one. */
  readonly group: string;
  /** Classes that it has labels of; none where it has no labels. */
  readonly classes: readonly number[];
}

/** Images that stay together, and in how many of them each class is. */
interface Group {
  readonly ids: number[];
  readonly classes: Map<number, number>;
}

/** How much of something each subset still lacks. */
type Lack = Record<Subset, number>;

/**
 * Deals images out by iterative stratification (Sechidis et al. 2011), on groups: those of the class that is in fewest images first, each to the
 * subset that lacks most of that class, then most images; images without labels at last. The same images and plan always give the same.
 */
export function deal(images: readonly Dealt[], { ratios, seed }: Pick<SubsetPlan, 'ratios' | 'seed'>): Map<number, Subset> {
  const sum = SUBSETS.reduce((total, subset) => total + ratios[subset], 0);
  const lackOf = (count: number): Lack => ({
    train: (count * ratios.train) / sum,
    val: (count * ratios.val) / sum,
    test: (count * ratios.test) / sum,
  });
  const groups = grouped(images);
  const random = new RandomStream(seed, 'subsets');
  const shuffled = random.permutation(groups.length).map((i) => groups[i]!);
  const totals = new Map<number, number>();
  for (const { classes } of groups) for (const [id, count] of classes) totals.set(id, (totals.get(id) ?? 0) + count);
  const lacks = new Map(Array.from(totals, ([id, count]) => [id, lackOf(count)]));
  const lacking = lackOf(images.length);
  const open = SUBSETS.filter((subset) => ratios[subset] > 0);
  const result = new Map<number, Subset>();
  const dealt = new Set<Group>();

  function give(group: Group, first: Lack): void {
    const [best] = [...open].sort((a, b) => first[b] - first[a] || lacking[b] - lacking[a]);
    dealt.add(group);
    for (const id of group.ids) result.set(id, best!);
    lacking[best!] -= group.ids.length;
    for (const [id, count] of group.classes) lacks.get(id)![best!] -= count;
  }

  const rarestFirst = [...totals].sort(([a, less], [b, more]) => less - more || a - b).map(([id]) => id);
  for (const id of rarestFirst) {
    // Large groups first, as long as there is room for them.
    const having = shuffled.filter((group) => group.classes.has(id) && !dealt.has(group));
    for (const group of having.sort((a, b) => b.classes.get(id)! - a.classes.get(id)!)) give(group, lacks.get(id)!);
  }
  const rest = shuffled.filter((group) => !dealt.has(group));
  for (const group of rest.sort((a, b) => b.ids.length - a.ids.length)) give(group, lacking);
  return result;
}

function grouped(images: readonly Dealt[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { id, group, classes } of images) {
    const known = groups.get(group) ?? { ids: [], classes: new Map<number, number>() };
    groups.set(group, known);
    known.ids.push(id);
    for (const each of classes) known.classes.set(each, (known.classes.get(each) ?? 0) + 1);
  }
  return [...groups.values()];
}
