import { squaredDistance, type Feature } from './embedding';

/** Likeness falls to 1/e over this share of the mean squared distance between inside and outside. */
const BANDWIDTH = 1 / 4;
/** Share of the outside that must be left when what looks like the inside is taken out of it. */
const LEFT = 1 / 10;

/**
 * Tells how much more a feature is like those inside than like those outside. What is found outside but looks like the inside is no
 * example of the outside: another thing of the same kind may be near.
 * @returns share in [0, 1] of a feature; ½ says nothing
 */
export function likeness(inside: readonly Feature[], outside: readonly Feature[]): (feature: Feature) => number {
  const like = shareOf(inside, outside);
  const unlike = outside.filter((feature) => like(feature) <= 0.5);
  return shareOf(inside, unlike.length >= LEFT * outside.length ? unlike : outside);
}

/**
 * The share of the inside in a kernel density estimate, both sides counting alike. Several kinds of surroundings are no trouble, and
 * no scale has to be known.
 */
function shareOf(inside: readonly Feature[], outside: readonly Feature[]): (feature: Feature) => number {
  if (inside.length === 0 || outside.length === 0) return () => 0.5;
  let distances = 0;
  for (const a of inside) for (const b of outside) distances += squaredDistance(a, b);
  const width = Math.max((BANDWIDTH * distances) / (inside.length * outside.length), 1e-6);
  return (feature) => {
    const [a, b] = [logDensity(inside, feature, width), logDensity(outside, feature, width)];
    return 1 / (1 + Math.exp(b - a));
  };
}

/** Logarithm of the mean kernel, taken relative to the nearest feature: what is far from all is compared, not rounded to 0. */
function logDensity(features: readonly Feature[], at: Feature, width: number): number {
  const distances = features.map((feature) => squaredDistance(feature, at) / width);
  const nearest = distances.reduce((least, d) => Math.min(least, d), Infinity);
  const sum = distances.reduce((total, d) => total + Math.exp(nearest - d), 0);
  return Math.log(sum / features.length) - nearest;
}
