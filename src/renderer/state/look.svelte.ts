import type { SampleRange } from '@shared/picture';
import { filterOf, lookFrom, PLAIN, type OverlayLook, type PictureLook } from '../canvas/look';
import { readPreference, writePreference } from './storage';

/** How labels and pictures are shown; that of labels is remembered. */
export class Look {
  readonly overlay: OverlayLook = $state(lookFrom(readPreference('look')));
  readonly picture: PictureLook = $state({ ...PLAIN });
  /** Samples of more than 8 bits shown black and white; null: as fits each picture. */
  range = $state.raw<SampleRange | null>(null);

  constructor() {
    $effect.root(() => {
      $effect(() => {
        const { opacity, outline, pixelGrid, minimap, beside, review } = this.overlay;
        writePreference('look', { opacity, outline, pixelGrid, minimap, beside, review });
      });
    });
  }

  /** Whether pictures are shown as they are. */
  get plain(): boolean {
    return filterOf(this.picture) === '' && this.range === null;
  }

  /** Shows pictures as they are. */
  reset(): void {
    Object.assign(this.picture, PLAIN);
    this.range = null;
  }
}
