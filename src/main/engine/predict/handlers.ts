import { EspalierError } from '@shared/errors';
import { BEST_COST } from '@shared/best-masks';
import { Pace } from '@shared/pace';
import type { Progress } from '@shared/protocol';
import type { Handlers } from '@shared/rpc';
import { type LeftOut, predictionWork, type RunNews, type Telling } from '@shared/run-news';
import type { TrainSettings } from '@shared/settings';
import { readBest } from '../checkpoint/best';
import { readCheckpoint } from '../checkpoint/checkpoint';
import { readInputs } from '../checkpoint/inputs';
import { analyzeRun, predictionsOf } from './analyze';
import { calibrateRun } from './calibrate-run';
import type { ImageFile } from './images';
import { evaluateRun, predictRun, predictRunMasks, type TrainedRun } from './jobs';

type PredictionMethod = 'engine.predict' | 'engine.predictMasks' | 'engine.evaluate' | 'engine.analyze' | 'engine.calibrate';

/**
 * Answers what asks a run's networks about images.
 * @param ready resolves once TensorFlow is loaded for these settings
 */
export const predictionHandlers = (
  ready: (settings: TrainSettings) => Promise<unknown>,
): Pick<Handlers<PredictionMethod>, PredictionMethod> => ({
  'engine.predict': async ({ folder, images, best }, { signal, progress }) => {
    const { run, notes } = await openRun(folder);
    await ready(run.inputs.settings);
    const items = new PredictionProgress(images, run.checkpoint.viewScale ** 2 * (best ? BEST_COST : 1));
    let predicted = 0;
    for (const note of notes) progress(items.tell(note));
    await predictRun(
      run,
      images,
      best,
      ({ id }, shares, beta) => {
        predicted++;
        return progress(items.done(id, { kind: 'prediction', imageId: id, shares, beta, best }));
      },
      { signal, onLeftOut: (leftOut) => progress(items.done(leftOut.imageId, newsOf(leftOut))) },
    );
    return { predicted };
  },
  'engine.predictMasks': async ({ folder, images, out, best }, { signal, progress }) => {
    const { run, notes } = await openRun(folder);
    await ready(run.inputs.settings);
    const items = new Items(images.length);
    let predicted = 0;
    for (const note of notes) progress(items.tell(note));
    const onImage = (): void => {
      predicted++;
      progress(items.done());
    };
    await predictRunMasks(run, images, out, best, onImage, { signal, onLeftOut: (leftOut) => progress(items.done(newsOf(leftOut))) });
    return { predicted };
  },
  'engine.evaluate': async ({ folder, images, best }, { signal, progress }) => {
    const { run, notes } = await openRun(folder);
    await ready(run.inputs.settings);
    const kept = await readBest(folder, run.inputs);
    const items = new Items((kept ? 4 : 2) * images.length);
    for (const note of notes) progress(items.tell(note));
    return evaluateRun(run, { kept, best }, images, () => progress(items.done()), {
      signal,
      onLeftOut: (leftOut) => progress(items.done(newsOf(leftOut))),
    });
  },
  'engine.analyze': async ({ folder, images, out }, { signal, progress }) => {
    const { run, notes } = await openRun(folder);
    await ready(run.inputs.settings);
    const items = new Items(predictionsOf(run, images.length));
    for (const note of notes) progress(items.tell(note));
    // Of the images that statistics are taken from, too, some may be unreadable: those do not count as done.
    const onLeftOut = (leftOut: LeftOut): unknown =>
      progress(leftOut.stage === 'prediction' ? items.done(newsOf(leftOut)) : items.tell(newsOf(leftOut)));
    return analyzeRun(run, images, out, () => progress(items.done()), { signal, onLeftOut });
  },
  'engine.calibrate': async ({ folder }, { signal, progress }) => {
    const { run, notes } = await openRun(folder);
    await ready(run.inputs.settings);
    const news: RunNews[] = [...notes];
    return calibrateRun(run, (leftOut) => news.push(newsOf(leftOut)), {
      signal,
      progress: (now) => progress({ ...now, news: news.splice(0) }),
    });
  },
});

/** A run to ask, and what has to be said about it. @throws EspalierError RUN_NO_CHECKPOINT, CHECKPOINT_INVALID, FILE_UNREADABLE */
export async function openRun(folder: string): Promise<{ run: TrainedRun; notes: RunNews[] }> {
  const inputs = await readInputs(folder);
  const checkpoint = await readCheckpoint(folder, inputs);
  if (!checkpoint) throw new EspalierError('RUN_NO_CHECKPOINT', { run: inputs.runId });
  const notes: RunNews[] = checkpoint.damage === null ? [] : [{ kind: 'note', sentence: checkpoint.damage }];
  return { run: { folder, inputs, checkpoint }, notes };
}

const newsOf = (leftOut: LeftOut): RunNews => ({ kind: 'leftOut', ...leftOut });

/** Progress over `total` items, one after the other. */
class Items {
  readonly #pace: Pace;
  #done = 0;

  constructor(total: number) {
    this.#pace = new Pace(total);
  }

  /** One more is done. */
  done(...news: RunNews[]): Progress & { news: RunNews[] } {
    this.#done++;
    return this.tell(...news);
  }

  tell(...news: RunNews[]): Progress & { news: RunNews[] } {
    return { ...this.#pace.at(this.#done), news };
  }
}

/** Progress of a prediction by images and by pixels. An image that is not among those to be predicted counts for nothing. */
class PredictionProgress {
  readonly #pace: Pace;
  readonly #waiting: Map<number, number>;
  #pixels: number;
  /** When the image before was done; null before the first, which is done when the networks are open. */
  #last: number | null = null;

  /** @param looks see `predictionWork` */
  constructor(
    private readonly images: readonly ImageFile[],
    private readonly looks: number,
  ) {
    this.#pace = new Pace(images.length);
    this.#waiting = new Map(images.map(({ id, width, height }) => [id, width * height]));
    this.#pixels = images.reduce((sum, { width, height }) => sum + width * height, 0);
  }

  done(id: number, news: RunNews): Progress & Telling {
    const pixels = this.#waiting.get(id) ?? 0;
    this.#waiting.delete(id);
    this.#pixels -= pixels;
    const [before, now] = [this.#last, performance.now()];
    this.#last = now;
    const work = before === null ? null : { kind: 'prediction', units: predictionWork(pixels, this.looks), seconds: (now - before) / 1000 };
    return { ...this.tell(news), work };
  }

  tell(...news: RunNews[]): Progress & Telling {
    const done = this.images.length - this.#waiting.size;
    return { ...this.#pace.at(done), news, work: null, left: { prediction: predictionWork(this.#pixels, this.looks) } };
  }
}
