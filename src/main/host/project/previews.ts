import { EspalierError } from '@shared/errors';
import type { Rle } from '@shared/mask';
import type { ResultOf } from '@shared/protocol';
import type { EngineHost } from './engine-host';
import type { LibraryHost } from './library-host';

/** Images that a preview learns from: those labelled last. */
const MOST_IMAGES = 64;

/** Shows what a model would make of the labels so far: the library has them, the engine learns them. One preview at a time, the one asked for last. */
export class Previews {
  #asked: AbortController | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly library: LibraryHost,
    private readonly engine: EngineHost,
  ) {}

  /** A preview of an image. @throws EspalierError PREVIEW_CLASSES, WEIGHTS_*, IMAGE_*; CANCELLED where another one was asked for since */
  async show(imageId: number, signal: AbortSignal): Promise<ResultOf<'preview.show'>> {
    this.#asked?.abort(new EspalierError('CANCELLED'));
    const asked = (this.#asked = new AbortController());
    if (signal.aborted) asked.abort(signal.reason);
    signal.addEventListener('abort', () => asked.abort(signal.reason), { once: true });
    const before = this.#last;
    const work = (async () => {
      await before.catch(() => undefined);
      return this.#show(imageId, asked.signal);
    })();
    this.#last = work;
    return work;
  }

  async #show(imageId: number, signal: AbortSignal): Promise<ResultOf<'preview.show'>> {
    signal.throwIfAborted();
    const { classes, image, labelled } = await this.library.call('preview.inputs', { imageId, most: MOST_IMAGES });
    const { lacking } = await this.engine.call('engine.previewLacks', { classes, labelled }, { signal });
    const told = new Map<number, { rle: Rle; revision: number }>();
    for (const id of lacking) {
      signal.throwIfAborted();
      told.set(id, await this.library.call('labels.read', { imageId: id }));
    }
    const known = labelled.map((each) => ({
      ...each,
      revision: told.get(each.id)?.revision ?? each.revision,
      rle: told.get(each.id)?.rle ?? null,
    }));
    return this.engine.call('engine.preview', { classes, image, labelled: known }, { signal });
  }
}
