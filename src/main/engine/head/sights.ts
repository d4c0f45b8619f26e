import type { ImageView } from '@shared/best-masks';
import { readHeader } from '../../media/decode';
import { digestOf } from '../../media/digest';
import { hear } from '../process/hear';

/** An image that views are made of. */
export interface SeenImage {
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

/** A view of an image as a file has it now. */
export interface Sight {
  /** Of the image, upright. */
  readonly size: { readonly width: number; readonly height: number };
  readonly view: ImageView;
  /** SHA-256 of the file; null where it cannot be read. */
  readonly digest: Buffer | null;
}

/** The views of images as their files are when they are first asked for. */
export class Sights {
  readonly #files = new Map<string, Pick<Sight, 'size' | 'digest'>>();

  /**
   * @returns image by image
   * @throws the signal's reason when it is aborted
   */
  async of(images: readonly SeenImage[], views: readonly ImageView[], signal: AbortSignal): Promise<Sight[][]> {
    const sights: Sight[][] = [];
    for (const image of images) {
      const file = this.#files.get(image.path) ?? (await fileOf(image));
      this.#files.set(image.path, file);
      sights.push(views.map((view) => ({ ...file, view })));
      await hear(signal);
    }
    return sights;
  }
}

async function fileOf({ path, width, height }: SeenImage): Promise<Pick<Sight, 'size' | 'digest'>> {
  // Why a file cannot be read is told when its pixels are wanted.
  const [header, digest] = await Promise.all([readHeader(path), digestOf(path)]).catch(() => [null, null]);
  return { size: header ? { width: header.width, height: header.height } : { width, height }, digest };
}
