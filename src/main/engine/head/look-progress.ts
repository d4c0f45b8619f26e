import type { BackboneInput } from '../model/backbones/description';
import { ownShape } from '../predict/shapes';
import type { HeadProgress, LookKind } from './head-progress';
import type { Sight } from './sights';
import { viewSize } from './views';

/** What a view takes beside the pixels that the network looks at, in such pixels: making it, and reading features where they are wanted. */
const READ = 30_000;
/** What a view takes whose maps are kept, of that. */
const KEPT = 0.25;

/** Units of work that looking at a view takes. */
function lookOf({ size, view }: Sight, kind: LookKind): number {
  const { width, height } = viewSize(size, view);
  return (READ + width * height) * (kind === 'kept' ? KEPT : 1);
}

/** Units of work that looking at views takes, by kind. */
export function workOf(sights: readonly Sight[], kindOf: (sight: Sight) => LookKind): Record<LookKind, number> {
  const work = { features: 0, kept: 0 };
  for (const sight of sights) work[kindOf(sight)] += lookOf(sight, kindOf(sight));
  return work;
}

/** Tells how far the looking at the views of some images is. */
export class LookProgress {
  readonly #left: Record<LookKind, number>;
  readonly #expected: ReadonlyMap<Sight, LookKind>;
  readonly #shapes = new Set<string>();
  #done = 0;

  /** @param kinds of what each view is expected to take */
  constructor(
    private readonly progress: HeadProgress,
    sights: readonly Sight[],
    kindOf: (sight: Sight) => LookKind,
    private readonly input: BackboneInput,
  ) {
    this.#expected = new Map(sights.map((sight) => [sight, kindOf(sight)]));
    this.#left = workOf(sights, kindOf);
  }

  /** Views are done that took work of these kinds; null: their images could not be read. */
  looked(sights: readonly { readonly sight: Sight; readonly kind: LookKind | null }[]): void {
    const units = { features: 0, kept: 0 };
    let first = false;
    for (const { sight, kind } of sights) {
      const expected = this.#expected.get(sight)!;
      this.#left[expected] -= lookOf(sight, expected);
      if (kind) units[kind] += lookOf(sight, kind);
      if (kind !== 'features') continue;
      const { width, height } = viewSize(sight.size, sight.view);
      const shape = ownShape(height, width, this.input).join();
      first ||= !this.#shapes.has(shape);
      this.#shapes.add(shape);
    }
    this.#done += sights.length;
    // What is read beside what is computed takes next to no time.
    const kind = units.features > 0 ? 'features' : 'kept';
    this.progress.looked({ done: this.#done, total: this.#expected.size, kind, units: units[kind], left: this.#left, first });
  }
}
