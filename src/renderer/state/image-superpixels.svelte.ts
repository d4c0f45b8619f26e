import { computeSuperpixels } from '../canvas/superpixels';
import type { ImagePixels } from '../editor/pixels';
import type { Superpixels } from '../editor/superpixels/superpixels';
import type { ImageColors } from './image-colors.svelte';
import type { Notices } from './notices.svelte';
import type { ShownImage } from './shown-image.svelte';

/** A slider being dragged asks many times; only where it rests for so long, in milliseconds, is computed. */
const REST = 150;

/** The superpixels of the image shown. */
export class ImageSuperpixels {
  /** Null while they are being computed. */
  now = $state.raw<Superpixels | null>(null);

  /** @param wanted image pixels between their centres; null: no tool needs them now */
  constructor(shown: ShownImage, colors: ImageColors, notices: Notices, wanted: () => number | null) {
    shown.leaving.on(() => (this.now = null));
    $effect.root(() => {
      $effect(() => {
        const step = wanted();
        if (step === null) return;
        const [{ pixels }, cancel] = [colors, new AbortController()];
        this.now = null;
        const timer = setTimeout(() => void notices.attempt(() => this.#compute(pixels, step, cancel.signal)), REST);
        return () => {
          clearTimeout(timer);
          cancel.abort();
        };
      });
    });
  }

  async #compute(pixels: ImagePixels | null, step: number, signal: AbortSignal): Promise<void> {
    if (pixels) this.now = await computeSuperpixels(pixels, step, signal);
  }
}
