import type { RandomStream } from '@shared/random';
import { colourJitter, saturation } from './colour-jitter';
import { gaussianBlur } from './gaussian-blur';
import type { Pixels } from './pixels';

const JITTER = 0.8;
const GREY = 0.2;
const BLUR = 0.5;
/** Standard deviation of the blur, pixels. */
const SIGMA = [0.1, 2] as const;

/**
 * The strong view on top of a weak one, without CutMix: colour jitter, grayscale, blur, each by chance; in place.
 * @param view the part of the crop that lies in the image, so that padding takes no part in its statistics
 */
export function strengthen(view: Pixels, random: RandomStream): void {
  if (random.chance(JITTER)) colourJitter(view.data, random);
  if (random.chance(GREY)) saturation(view.data, 0);
  if (random.chance(BLUR)) gaussianBlur(view, random.uniform(...SIGMA));
}
