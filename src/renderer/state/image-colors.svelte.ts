import type { Picture, Pixel } from '../canvas/picture';
import type { ImagePixels } from '../editor/pixels';
import type { Notices } from './notices.svelte';
import type { ShownImage } from './shown-image.svelte';
import type { Status } from './status.svelte';

/** The colours of the image shown, for tools that follow them: all of them, or those around the pointer where they are too many. */
export class ImageColors {
  /** Null while they are being read. */
  readonly pixels: ImagePixels | null = $derived.by(() => {
    const { picture, session } = this.shown;
    if (this.#loaded < 0 || !picture || !session) return null;
    const { width, height } = session.document;
    return picture.width === width && picture.height === height ? picture.pixels : null;
  });

  /** Which are known: all of the image, those around the pointer, or none there yet. */
  readonly known: 'all' | 'around' | 'none' = $derived.by(() => {
    const { picture } = this.shown;
    if (!picture || !this.pixels) return 'none';
    if (!this.pixels.origin) return 'all';
    const { pointer } = this.status;
    return pointer === null || picture.knows(pointer) ? 'around' : 'none';
  });

  /** Counts the large pictures whose colours came. */
  #loaded = $state(0);

  /** @param wanted whether a tool follows them now */
  constructor(
    private readonly shown: ShownImage,
    private readonly status: Status,
    notices: Notices,
    wanted: () => boolean,
  ) {
    $effect.root(() => {
      $effect(() => {
        const { picture, size } = shown;
        if (!picture || !wanted() || this.known !== 'none') return;
        const place = status.pointer ?? { x: size.width / 2, y: size.height / 2 };
        // Of a large image the colours around the place are read where the pointer rests.
        const timer = setTimeout(() => void notices.attempt(() => this.#load(picture, place)), picture.pixels ? 150 : 0);
        return () => clearTimeout(timer);
      });
    });
  }

  async #load(picture: Picture, place: Pixel): Promise<void> {
    await picture.loadPixels(place);
    this.#loaded++;
  }
}
