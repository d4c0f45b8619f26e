import { LRUCache } from 'lru-cache';
import type { ImageRecord } from '@shared/domain';
import { EspalierError } from '@shared/errors';
import type { ResultOf } from '@shared/protocol';
import type { Peer } from '@shared/rpc';

/** A run's prediction of an image. Decisions are about one of these: they name the image, the run and which prediction it was. */
export interface Seen {
  readonly runId: string;
  readonly image: ImageRecord;
  readonly planes: ResultOf<'predictions.read'>;
}

/** Predictions kept after they were read: of the image shown, by two runs, and of those just left. */
const KEPT = 6;

/** Tells predictions of different runs, images and files apart. */
export const keyOf = (runId: string, { id, version }: ImageRecord): string => `${runId} ${id} ${version}`;

/** Reads predictions, and keeps the last few. */
export class Predictions {
  readonly #read = new LRUCache<string, Promise<Seen>>({ max: KEPT });

  constructor(private readonly peer: Pick<Peer, 'call'>) {}

  /** What a run predicts of an image. Errors: PREDICTION_MISSING. */
  async read(runId: string, image: ImageRecord): Promise<Seen> {
    const key = keyOf(runId, image);
    const reading = this.#read.get(key) ?? this.#ask(runId, image);
    this.#read.set(key, reading);
    try {
      return await reading;
    } catch (thrown) {
      if (this.#read.peek(key) === reading) this.#read.delete(key);
      throw thrown;
    }
  }

  forget(): void {
    this.#read.clear();
  }

  async #ask(runId: string, image: ImageRecord): Promise<Seen> {
    const planes = await this.peer.call('predictions.read', { runId, imageId: image.id });
    if (planes.width !== image.width || planes.height !== image.height) {
      throw new EspalierError('PREDICTION_MISSING', { run: runId, name: image.path });
    }
    return { runId, image, planes };
  }
}
