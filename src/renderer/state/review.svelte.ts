import type { ImageRecord } from '@shared/domain';
import { toEspalierError } from '@shared/errors';
import { IGNORE } from '@shared/mask';
import { decodeConfidence, decodeSimilarity } from '@shared/run';
import type { ReviewState } from '@shared/review';
import { refinedScore, stateTable } from '@shared/review';
import type { Decision } from '@shared/protocol';
import { predictedPart, predictionRegion } from '../editor/raster/region';
import { acceptRule } from '../editor/rules';
import type { Save } from '../editor/session';
import { byValue, pixelCount, toPairs, wholeImage, type Spans } from '../editor/spans';
import { keyOf, Predictions, type Seen } from './predictions';
import { countScores, scoreHistogram, sharesByState } from './scores';
import type { Workbench } from './workbench.svelte';

/** Joined pixels of one predicted class and one review state. */
export interface Region {
  /** What it is a part of. */
  readonly seen: Seen;
  readonly spans: Spans;
  readonly classId: number;
  readonly state: ReviewState;
  readonly pixels: number;
}

const BINS = 40;

/** What the reviewed run says of the current image, and what the user decides about it. */
export class Review {
  /** Why there is nothing to show for the current image. */
  missing = $state<string | null>(null);
  gamma = $state(0.7);
  beta = $state(1);
  region = $state.raw<Region | null>(null);
  decisions = $state.raw<readonly Decision[]>([]);
  /** Decisions made since the newest run began: what the next run would learn from. */
  corrections = $state(0);
  /** The prediction that is shown, of the current image always; null while it is read. */
  seen = $state.raw<Seen | null>(null);
  #runId: string | null = null;
  /** The image asked for last. */
  #image: ImageRecord | null = null;
  readonly #predictions: Predictions;
  /** Decisions are carried out in the order they were made in. */
  #turn: Promise<unknown> = Promise.resolve();
  readonly planes = $derived(this.seen?.planes ?? null);
  readonly table = $derived(stateTable(this.gamma, this.beta));
  readonly #counts = $derived(this.planes && countScores(this.planes.confidence, this.planes.similarity));
  readonly shares = $derived(this.#counts && sharesByState(this.#counts, this.table));
  readonly bins = $derived(this.#counts && scoreHistogram(this.#counts, this.table, this.beta, BINS));

  constructor(private readonly wb: Workbench) {
    this.#predictions = new Predictions(wb.calls);
  }

  /** Shows what a run predicts of an image. */
  async load(runId: string, image: ImageRecord): Promise<void> {
    if (this.#runId !== runId) {
      const run = this.wb.runs.list.find(({ id }) => id === runId);
      this.gamma = run?.settings?.gamma ?? this.gamma;
      this.beta = run?.reviewBeta ?? this.beta;
    }
    const key = keyOf(runId, image);
    const here = (): boolean => this.#runId !== null && this.#image !== null && keyOf(this.#runId, this.#image) === key;
    if (!here()) this.#show(null);
    [this.#runId, this.#image] = [runId, image];
    void this.refreshDecisions();
    try {
      const seen = await this.read(runId, image);
      if (here()) this.#show(seen);
    } catch (thrown) {
      const { code, message } = toEspalierError(thrown);
      if (here() && code !== 'CANCELLED') this.#show(null, message);
    }
  }

  /** What a run predicts of an image, shown or not. */
  read(runId: string, image: ImageRecord): Promise<Seen> {
    return this.#predictions.read(runId, image);
  }

  /** Forgets what was read: predictions were made, some of them perhaps anew. */
  forget(): void {
    this.#predictions.forget();
    if (this.missing !== null && this.#runId !== null && this.#image) void this.load(this.#runId, this.#image);
  }

  clear(): void {
    this.#predictions.forget();
    this.#show(null);
    this.decisions = [];
    this.corrections = 0;
    this.#runId = null;
    this.#image = null;
  }

  async refreshDecisions(): Promise<void> {
    const image = this.#image;
    if (!image) return;
    await this.wb.notices.attempt(async () => {
      const decisions = await this.wb.calls.call('review.decisions', { imageId: image.id });
      if (this.#image?.id === image.id) this.decisions = decisions;
    });
  }

  /** Predicted class and scores of a pixel of the image shown: p̃, d in [0, 1], s = p̃ · d^β. */
  at(x: number, y: number): { classId: number; p: number; d: number; s: number } | null {
    const { planes } = this;
    if (!planes || x < 0 || y < 0 || x >= planes.width || y >= planes.height) return null;
    const i = y * planes.width + x;
    const p = decodeConfidence(planes.confidence[i]!);
    const d = decodeSimilarity(planes.similarity[i]!);
    return { classId: planes.classes[i]!, p, d, s: refinedScore(p, d, this.beta) };
  }

  /** The region of a pixel; null where nothing is predicted. */
  regionAt(seen: Seen, x: number, y: number, table = this.table): Region | null {
    const { planes } = seen;
    const i = y * planes.width + x;
    const classId = planes.classes[i];
    if (classId === undefined || classId === IGNORE) return null;
    const spans = predictionRegion(planes, table, x, y);
    const state = table[(planes.confidence[i]! << 8) | planes.similarity[i]!]! as ReviewState;
    return { seen, spans, classId, state, pixels: pixelCount(spans) };
  }

  /** Takes a region's class into the labels, where nothing is labelled yet. */
  acceptRegion(region: () => Promise<Region>): Promise<void> {
    return this.#inTurn(async () => {
      const { seen, spans, classId } = await region();
      await this.#accept(seen, spans, classId);
    });
  }

  /** Takes the whole prediction into the labels, where nothing is labelled yet. */
  acceptImage(seen: () => Promise<Seen>): Promise<void> {
    return this.#inTurn(async () => {
      const { planes, ...rest } = await seen();
      await this.#accept({ planes, ...rest }, predictedPart(wholeImage(planes), planes), null);
    });
  }

  /** Bars the region's class there: later runs give such pseudo-labels no weight. */
  rejectRegion(region: () => Promise<Region>): Promise<void> {
    return this.#inTurn(async () => {
      const { seen, spans, classId } = await region();
      await this.#reject(seen, [[classId, spans]]);
    });
  }

  /** Bars every predicted class where it is predicted. */
  rejectImage(image: () => Promise<Seen>): Promise<void> {
    return this.#inTurn(async () => {
      const seen = await image();
      const { planes } = seen;
      await this.#reject(seen, byValue(predictedPart(wholeImage(planes), planes), planes.classes, planes.width));
    });
  }

  /** Takes a decision back, as a step of the history like any other. */
  revoke({ id, imageId }: Decision, image: ImageRecord): Promise<void> {
    return this.#inTurn(async () => {
      const session = await this.wb.editing.sessionOf(image);
      session.ask(async (revision) => {
        const answer = await this.wb.calls.call('review.revoke', { id, imageId, revision });
        void this.refreshDecisions();
        return answer;
      });
    });
  }

  /** How labels taken from a region of a prediction are saved: with a record of the decision. `classId` null: several classes. */
  saveAccepted({ runId, image, planes }: Seen, spans: Spans, classId: number | null): Save {
    const region = toPairs(spans, planes.width);
    return async (revision, diff) => {
      const state = await this.#telling(
        this.wb.calls.call('review.accept', { runId, imageId: image.id, prediction: planes.version, revision, classId, region, diff }),
      );
      this.corrections++;
      void this.refreshDecisions();
      return state;
    };
  }

  async #accept(seen: Seen, spans: Spans, classId: number | null): Promise<void> {
    const { wb } = this;
    const session = await wb.editing.sessionOf(seen.image);
    const rule = acceptRule('unlabelled', wb.editing.locked);
    const save = this.saveAccepted(seen, spans, classId);
    const taken = session.submit({ spans, values: classId ?? seen.planes.classes, rule, save });
    if (!taken) wb.notices.info('Every pixel there is labelled already, so nothing changed.');
    this.#decided(seen);
  }

  async #reject(seen: Seen, parts: readonly (readonly [classId: number, spans: Spans])[]): Promise<void> {
    const { runId, image, planes } = seen;
    if (parts.length === 0) return;
    const session = await this.wb.editing.sessionOf(image);
    const regions = parts.map(([classId, spans]) => ({ classId, region: toPairs(spans, planes.width) }));
    session.ask(async (revision) => {
      const answer = await this.#telling(
        this.wb.calls.call('review.reject', { runId, imageId: image.id, prediction: planes.version, revision, regions }),
      );
      this.corrections++;
      void this.refreshDecisions();
      return answer;
    });
    this.#decided(seen);
  }

  /** A prediction that is of the past is read again, so that the next decision is about the present one. */
  async #telling<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (thrown) {
      if (toEspalierError(thrown).code === 'PREDICTION_OUTDATED') {
        this.forget();
        if (this.#runId !== null && this.#image) void this.load(this.#runId, this.#image);
      }
      throw thrown;
    }
  }

  #decided(seen: Seen): void {
    if (this.region?.seen === seen) this.region = null;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  #show(seen: Seen | null, missing: string | null = null): void {
    if (this.seen !== seen) this.region = null;
    this.seen = seen;
    this.missing = missing;
  }
}
