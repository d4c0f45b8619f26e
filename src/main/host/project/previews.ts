import { EspalierError, toEspalierError } from '@shared/errors';
import type { Rle } from '@shared/mask';
import type { ParamsOf, PreviewScores, ProgressOf, ResultOf } from '@shared/protocol';
import type { CallOptions } from '@shared/rpc';
import type { EngineHost } from './engine-host';
import type { LibraryHost } from './library-host';

/** Images that a preview learns from: those labelled last. */
const MOST_IMAGES = 64;
/** Images asked for at a time. */
const PAGE = 2000;

type Sources = Omit<ResultOf<'preview.inputs'>, 'labelled'> & Pick<ParamsOf<'engine.preview'>, 'labelled'>;

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
      return this.#show(imageId, asked.signal).catch((thrown: unknown) => {
        // A run that begins or ends has the engine begin anew.
        const { code, params } = toEspalierError(thrown);
        if (code !== 'CHILD_EXITED' || params.reason !== 'kill') throw thrown;
        return this.#show(imageId, asked.signal);
      });
    })();
    this.#last = work;
    return work;
  }

  /**
   * Previews all readable images, and keeps what it says of each.
   * @returns how many it could look at
   * @throws EspalierError PREVIEW_CLASSES, WEIGHTS_*, NONE_READABLE, CANCELLED
   */
  async showAll({ signal, onProgress }: CallOptions<ProgressOf<'preview.all'>>): Promise<ResultOf<'preview.all'>> {
    const { classes, labelled, features } = await this.#sources(null, signal);
    const images = await this.#readable();
    let looked = 0;
    let keeping: Promise<unknown> = Promise.resolve();
    const keep = (scores: readonly PreviewScores[]): Promise<unknown> => {
      const first = looked === 0;
      looked += scores.length;
      return this.library.call('preview.keep', { scores: [...scores], first });
    };
    await this.engine.call(
      'engine.previewAll',
      { classes, labelled, images, features },
      {
        signal,
        onProgress: ({ scores, ...progress }) => {
          void onProgress?.(progress);
          if (scores.length === 0) return undefined;
          keeping = Promise.all([keeping, keep(scores)]);
          // Why it could not be kept is told in the end.
          return keeping.catch(() => undefined);
        },
      },
    );
    await keeping;
    return { images: looked };
  }

  async #readable(): Promise<ParamsOf<'engine.previewAll'>['images']> {
    const images: ParamsOf<'engine.previewAll'>['images'] = [];
    for (;;) {
      const page = await this.library.call('images.readable', { after: images.at(-1)?.id ?? 0, limit: PAGE });
      images.push(...page.map(({ id, path, width, height }) => ({ id, path, width, height })));
      if (page.length < PAGE) return images;
    }
  }

  async #show(imageId: number, signal: AbortSignal): Promise<ResultOf<'preview.show'>> {
    const { classes, labelled, image } = await this.#sources(imageId, signal);
    return this.engine.call('engine.preview', { classes, labelled, image: image! }, { signal });
  }

  /** What a preview is made from, with the labels that the engine does not know. */
  async #sources(imageId: number | null, signal: AbortSignal | undefined): Promise<Sources> {
    signal?.throwIfAborted();
    const { labelled, ...rest } = await this.library.call('preview.inputs', { imageId, most: MOST_IMAGES });
    const { lacking } = await this.engine.call('engine.previewLacks', { classes: rest.classes, labelled }, { signal });
    const told = new Map<number, { rle: Rle; revision: number }>();
    for (const id of lacking) {
      signal?.throwIfAborted();
      told.set(id, await this.library.call('labels.read', { imageId: id }));
    }
    const known = labelled.map((each) => ({
      ...each,
      revision: told.get(each.id)?.revision ?? each.revision,
      rle: told.get(each.id)?.rle ?? null,
    }));
    return { ...rest, labelled: known };
  }
}
