import type { RandomStream } from '@shared/random';

/** Pixels of an image that are looked at, and what is known of each. */
export interface ChosenPixels {
  /** Row-major indices. */
  readonly places: Int32Array;
  /** Class index of each; 255 where there is none. */
  readonly labels: Uint8Array;
  /** How many pixels of its class and image each stands for. */
  readonly weights: Float32Array;
}

const NO_CLASS = 255;

/**
 * Labelled pixels of an image, of each class in proportion to the square root of how many there are, so that a rare class has enough.
 * @param classes class index of each pixel; K and more where nobody labelled
 * @param count at most
 */
export function chooseLabelled(classes: Uint8Array, K: number, count: number, random: RandomStream): ChosenPixels {
  const sizes = new Float64Array(K);
  for (const label of classes) if (label < K) sizes[label]!++;
  const roots = sizes.map(Math.sqrt);
  const sum = roots.reduce((total, root) => total + root, 0);
  const quotas = sizes.map((size, k) => Math.min(size, Math.ceil((count * roots[k]!) / Math.max(sum, 1))));
  const byClass = Array.from(sizes, (size) => new Int32Array(size));
  const filled = new Int32Array(K);
  classes.forEach((label, place) => {
    if (label < K) byClass[label]![filled[label]!++] = place;
  });
  const total = Math.min(
    count,
    quotas.reduce((all, quota) => all + quota, 0),
  );
  const chosen = { places: new Int32Array(total), labels: new Uint8Array(total), weights: new Float32Array(total) };
  let at = 0;
  byClass.forEach((places, k) => {
    const quota = Math.min(quotas[k]!, total - at);
    for (const i of random.choose(quota, places.length)) {
      chosen.places[at] = places[i]!;
      chosen.labels[at] = k;
      chosen.weights[at++] = sizes[k]! / quota;
    }
  });
  return chosen;
}

/** Pixels of an image anywhere, as many of them in each part: one at random in each cell of a grid. */
export function chooseAnywhere(width: number, height: number, count: number, random: RandomStream): ChosenPixels {
  const columns = Math.max(1, Math.min(width, Math.round(Math.sqrt((count * width) / height))));
  const rows = Math.max(1, Math.min(height, Math.floor(count / columns)));
  const places = new Int32Array(rows * columns);
  for (let i = 0; i < places.length; i++) {
    const y = Math.floor(((Math.floor(i / columns) + random.uniform()) * height) / rows);
    const x = Math.floor((((i % columns) + random.uniform()) * width) / columns);
    places[i] = y * width + x;
  }
  const size = places.length;
  return { places, labels: new Uint8Array(size).fill(NO_CLASS), weights: new Float32Array(size).fill((width * height) / size) };
}
