/** What a random walker meets on a patch of an image, row-major. */
export interface Terrain {
  readonly width: number;
  readonly height: number;
  /** 1 where a walk ends inside, 0 where it ends outside, and in between what may be found out. */
  readonly fixed: Float32Array;
  /** 1 where `fixed` is only a belief. */
  readonly free: Uint8Array;
  /** Ease of a step to the pixel on the right, and to the one below, in ]0, 1]. */
  readonly right: Float32Array;
  readonly down: Float32Array;
}

/** Chance of ending where one stands rather than going on: with it walks reach about 1 / √BELIEF pixels over even ground. */
const BELIEF = 0.03;
const SWEEPS = 60;
/** Over-relaxation of each correction. */
const RELAXATION = 1.6;

/**
 * Random walks (Grady 2006): from each free pixel, the chance of ending inside. It minimises Σ w (x_i − x_j)² over neighbours
 * + BELIEF · Σ (x_i − belief_i)², by successive over-relaxation; walks seldom cross what is hard to step over, so the chance jumps there.
 */
export function walk({ width, height, fixed, free, right, down }: Terrain): Float32Array {
  const chance = fixed.slice();
  const order: number[] = [];
  for (let i = 0; i < free.length; i++) if (free[i] === 1) order.push(i);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    // Forwards and backwards in turn, so that news travels in all directions.
    for (let k = 0; k < order.length; k++) {
      const i = order[sweep % 2 === 0 ? k : order.length - 1 - k]!;
      const x = i % width;
      let weight = BELIEF;
      let sum = BELIEF * fixed[i]!;
      const meet = (j: number, ease: number): void => {
        weight += ease;
        sum += ease * chance[j]!;
      };
      if (x > 0) meet(i - 1, right[i - 1]!);
      if (x < width - 1) meet(i + 1, right[i]!);
      if (i >= width) meet(i - width, down[i - width]!);
      if (i < (height - 1) * width) meet(i + width, down[i]!);
      chance[i]! += RELAXATION * (sum / weight - chance[i]!);
    }
  }
  return chance;
}
