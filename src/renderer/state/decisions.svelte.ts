import type { ImageRecord } from '@shared/domain';
import { toEspalierError } from '@shared/errors';
import { decodeRle } from '@shared/mask';
import type { Decision } from '@shared/protocol';
import type { Decided } from '../canvas/render-review';
import { predictedPart, standingPart } from '../editor/raster/region';
import { acceptRule } from '../editor/rules';
import type { Save } from '../editor/session';
import { byValue, toPairs, wholeImage, type Spans } from '../editor/spans';
import type { ClassFlags } from './class-flags';
import type { Images } from './images.svelte';
import type { LabelSessions } from './label-sessions.svelte';
import type { Notices } from './notices.svelte';
import type { Seen } from './predictions';
import type { ProjectCalls } from './project-calls';
import type { PredictedRegion, Review } from './review.svelte';

/** What the user decides about predictions: steps of the images' histories, carried out in the order they were made in. */
export class Decisions {
  /** Those about the current image. */
  list = $state.raw<readonly Decision[]>([]);
  /** Made since the newest run began: what the next run would learn from. */
  corrections = $state(0);
  #decided = $state.raw<(Decided & { readonly imageId: number }) | null>(null);
  /** Counts the readings of both. */
  #readings = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly calls: ProjectCalls,
    private readonly images: Images,
    private readonly labels: LabelSessions,
    private readonly flags: ClassFlags,
    private readonly review: Review,
    private readonly notices: Notices,
  ) {}

  /** What the decisions about the current image come to; null while there are none, or that is read. */
  get ofShown(): Decided | null {
    return this.#decided?.imageId === this.images.current?.id ? this.#decided : null;
  }

  clear(): void {
    this.list = [];
    this.#decided = null;
    this.corrections = 0;
  }

  /** Reads those about the current image again. */
  async refresh(): Promise<void> {
    const image = this.images.current;
    if (!image) return;
    const reading = ++this.#readings;
    await this.notices.attempt(async () => {
      const imageId = image.id;
      const list = await this.calls.call('review.decisions', { imageId });
      const decided = list.some(({ undone }) => !undone) ? await this.read(image) : null;
      if (this.images.current?.id !== imageId || reading !== this.#readings) return;
      this.list = list;
      this.#decided = decided && { imageId, ...decided };
    });
  }

  /** What the decisions about an image come to. */
  async read({ id, width, height }: ImageRecord): Promise<Decided> {
    const { accepted, rejected } = await this.calls.call('review.decided', { imageId: id });
    return { accepted: decodeRle(accepted, width * height), rejected: decodeRle(rejected, width * height) };
  }

  /** Takes a region's class into the labels, where nothing is labelled yet. */
  acceptRegion(region: () => Promise<PredictedRegion>): Promise<void> {
    return this.#inTurn(async () => {
      const { seen, spans, classId } = await region();
      await this.#accept(seen, spans, classId);
      this.#letGo((shown) => shown.spans === spans);
    });
  }

  /**
   * Takes the whole prediction into the labels, where nothing is labelled and what is predicted was not rejected.
   * @param states by stored bytes: only what is kept; null: what is doubted too
   */
  acceptImage(image: () => Promise<Seen>, states: Uint8Array | null): Promise<void> {
    return this.#inTurn(async () => {
      const seen = await image();
      const session = await this.labels.free(seen.image);
      // What was rejected a moment ago counts.
      await session.settled();
      const { rejected } = await this.read(seen.image);
      await this.#accept(seen, standingPart({ planes: seen.planes, rejected }, states), null);
      this.#letGo((shown) => shown.seen === seen);
    });
  }

  /** Bars the region's class there: later runs give such pseudo-labels no weight. */
  rejectRegion(region: () => Promise<PredictedRegion>): Promise<void> {
    return this.#inTurn(async () => {
      const { seen, spans, classId } = await region();
      await this.#reject(seen, [[classId, spans]]);
      this.#letGo((shown) => shown.spans === spans);
    });
  }

  /** Bars every predicted class where it is predicted. */
  rejectImage(image: () => Promise<Seen>): Promise<void> {
    return this.#inTurn(async () => {
      const seen = await image();
      const { planes } = seen;
      await this.#reject(seen, byValue(predictedPart(wholeImage(planes), planes), planes.classes, planes.width));
      this.#letGo((shown) => shown.seen === seen);
    });
  }

  /** Takes a decision back, as a step of the history like any other. */
  revoke({ id, imageId }: Decision, image: ImageRecord): Promise<void> {
    return this.#inTurn(async () => {
      const session = await this.labels.free(image);
      session.ask(async (revision) => {
        const answer = await this.calls.call('review.revoke', { id, imageId, revision });
        void this.refresh();
        return answer;
      });
    });
  }

  /** How labels taken from a region of a prediction are saved: with a record of the decision. `classId` null: several classes. */
  saveAccepted({ runId, image, planes }: Seen, spans: Spans, classId: number | null): Save {
    const region = toPairs(spans, planes.width);
    return async (revision, diff) => {
      const state = await this.#telling(
        this.calls.call('review.accept', { runId, imageId: image.id, prediction: planes.version, revision, classId, region, diff }),
      );
      this.corrections++;
      void this.refresh();
      return state;
    };
  }

  async #accept(seen: Seen, spans: Spans, classId: number | null): Promise<void> {
    const session = await this.labels.free(seen.image);
    const rule = acceptRule('unlabelled', this.flags.locked);
    const save = this.saveAccepted(seen, spans, classId);
    const taken = session.submit({ spans, values: classId ?? seen.planes.classes, rule, save });
    if (!taken) this.notices.info('Nothing there is left to accept, so nothing changed.');
  }

  async #reject(seen: Seen, parts: readonly (readonly [classId: number, spans: Spans])[]): Promise<void> {
    const { runId, image, planes } = seen;
    if (parts.length === 0) return;
    const session = await this.labels.free(image);
    const regions = parts.map(([classId, spans]) => ({ classId, region: toPairs(spans, planes.width) }));
    session.ask(async (revision) => {
      const answer = await this.#telling(
        this.calls.call('review.reject', { runId, imageId: image.id, prediction: planes.version, revision, regions }),
      );
      this.corrections++;
      void this.refresh();
      return answer;
    });
  }

  /** A prediction that is of the past is read again, so that the next decision is about the present one. */
  async #telling<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (thrown) {
      if (toEspalierError(thrown).code === 'PREDICTION_OUTDATED') this.review.again();
      throw thrown;
    }
  }

  /** A region that was decided about is not selected any more; another one may be by now. */
  #letGo(decided: (shown: PredictedRegion) => boolean): void {
    if (this.review.region && decided(this.review.region)) this.review.region = null;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
