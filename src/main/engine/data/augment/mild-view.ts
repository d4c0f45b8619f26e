import type { RandomStream } from '@shared/random';
import { brightness, contrast, saturation } from './colour-jitter';
import { clampByte } from './pixels';

/** Chance that a view is changed at all, and then that it is grey. */
const CHANGED = 0.5;
const GREY = 0.2;
const FACTOR = [0.6, 1.4] as const;
/** Gain of each channel. */
const GAIN = [0.92, 1.08] as const;

/**
 * A view of a labelled image from which a pretrained network learns a little further: brightness, contrast, saturation and white balance in
 * random order, perhaps grey, half of the time; in place. Few images are of few colours, and a network that learns those as they are does
 * worse on others.
 */
export function mildly(data: Float32Array, random: RandomStream): void {
  if (!random.chance(CHANGED)) return;
  const changes = [
    (): void => brightness(data, random.uniform(...FACTOR)),
    (): void => contrast(data, random.uniform(...FACTOR)),
    (): void => saturation(data, random.uniform(...FACTOR)),
    (): void => balance(data, [random.uniform(...GAIN), random.uniform(...GAIN), random.uniform(...GAIN)]),
  ];
  for (const i of random.permutation(changes.length)) changes[i]!();
  if (random.chance(GREY)) saturation(data, 0);
}

function balance(data: Float32Array, gains: readonly [number, number, number]): void {
  for (let i = 0; i < data.length; i++) data[i] = clampByte(data[i]! * gains[i % 3]!);
}
