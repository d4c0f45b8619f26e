import { IGNORE } from '@shared/mask';
import { decodeConfidence, decodeSimilarity } from '@shared/run';
import type { ReviewState } from '@shared/review';
import { refinedScore, stateTable } from '@shared/review';
import { toEspalierError } from '@shared/errors';
import type { Decision, ResultOf } from '@shared/protocol';
import { byValue, predictionRegion } from '../editor/region';
import { acceptRule } from '../editor/rules';
import type { Save } from '../editor/session';
import { pixelCount, toPairs, wholeImage, type Spans } from '../editor/spans';
import { countScores, scoreHistogram, sharesByState } from './scores';
import type { Workbench } from './workbench.svelte';

type Planes = ResultOf<'predictions.read'>;

/** Joined pixels of one predicted class and one review state. */
export interface Region {
  readonly spans: Spans;
  readonly classId: number;
  readonly state: ReviewState;
  readonly pixels: number;
}

const BINS = 40;

/** What the reviewed run says of the current image, and what the user decides about it. */
export class Review {
  planes = $state.raw<Planes | null>(null);
  /** Why there is nothing to show for the current image. */
  missing = $state<string | null>(null);
  gamma = $state(0.7);
  beta = $state(1);
  region = $state.raw<Region | null>(null);
  decisions = $state.raw<readonly Decision[]>([]);
  /** Decisions made since the newest run began: what the next run would learn from. */
  corrections = $state(0);
  #runId = $state<string | null>(null);
  #imageId = $state<number | null>(null);
  /** False while those of the image before are still shown. */
  #planesAreCurrent = $state(false);
  readonly table = $derived(stateTable(this.gamma, this.beta));
  readonly #counts = $derived(this.planes && countScores(this.planes.confidence, this.planes.similarity));
  readonly shares = $derived(this.#counts && sharesByState(this.#counts, this.table));
  readonly bins = $derived(this.#counts && scoreHistogram(this.#counts, this.table, this.beta, BINS));

  constructor(private readonly wb: Workbench) {}

  /** Reads what a run predicts of an image. */
  async load(runId: string, imageId: number): Promise<void> {
    if (this.#runId !== runId) {
      const run = this.wb.runs.list.find(({ id }) => id === runId);
      this.gamma = run?.settings?.gamma ?? this.gamma;
      this.beta = run?.reviewBeta ?? this.beta;
    }
    if (!this.#isAt(runId, imageId)) this.#planesAreCurrent = false;
    this.#runId = runId;
    this.#imageId = imageId;
    this.region = null;
    this.decisions = [];
    void this.refreshDecisions();
    try {
      const planes = await this.wb.peer.call('predictions.read', { runId, imageId });
      if (!this.#isAt(runId, imageId)) return;
      this.planes = planes;
      this.#planesAreCurrent = true;
      this.missing = null;
    } catch (thrown) {
      if (!this.#isAt(runId, imageId)) return;
      this.planes = null;
      this.missing = toEspalierError(thrown).message;
    }
  }

  clear(): void {
    this.planes = null;
    this.missing = null;
    this.region = null;
    this.decisions = [];
    this.corrections = 0;
    this.#runId = null;
    this.#imageId = null;
  }

  async refreshDecisions(): Promise<void> {
    const imageId = this.#imageId;
    if (imageId === null) return;
    await this.wb.notices.attempt(async () => {
      const decisions = await this.wb.peer.call('review.decisions', { imageId });
      if (this.#imageId === imageId) this.decisions = decisions;
    });
  }

  /** Predicted class and scores of a pixel: p̃, d in [0, 1], s = p̃ · d^β. */
  at(x: number, y: number): { classId: number; p: number; d: number; s: number } | null {
    const { planes } = this;
    if (!planes || x < 0 || y < 0 || x >= planes.width || y >= planes.height) return null;
    const i = y * planes.width + x;
    const p = decodeConfidence(planes.confidence[i]!);
    const d = decodeSimilarity(planes.similarity[i]!);
    return { classId: planes.classes[i]!, p, d, s: refinedScore(p, d, this.beta) };
  }

  /** The region of a pixel. */
  regionAt(x: number, y: number): Region | null {
    const { planes, table } = this;
    const at = this.at(x, y);
    if (!planes || !at) return null;
    if (at.classId === IGNORE) return null;
    const spans = predictionRegion(planes, table, x, y);
    const i = y * planes.width + x;
    const state = table[(planes.confidence[i]! << 8) | planes.similarity[i]!]! as ReviewState;
    return { spans, classId: at.classId, state, pixels: pixelCount(spans) };
  }

  /** Takes a region's class into the labels, where nothing is labelled yet. */
  acceptRegion(region: Region): void {
    this.#accept(region.spans, region.classId);
    this.region = null;
  }

  /** Takes the whole prediction into the labels, where nothing is labelled yet. */
  acceptImage(): void {
    const { planes } = this;
    if (planes) this.#accept(wholeImage(planes), null);
    this.region = null;
  }

  /** Bars the region's class there: later runs give such pseudo-labels no weight. */
  async rejectRegion(region: Region): Promise<void> {
    await this.#reject(region.spans, region.classId);
    this.region = null;
  }

  /** Bars every predicted class where it is predicted. */
  async rejectImage(): Promise<void> {
    const { planes } = this;
    if (!planes) return;
    for (const [classId, spans] of byValue(wholeImage(planes), planes.classes, planes.width)) {
      if (classId !== IGNORE) await this.#reject(spans, classId);
    }
    this.region = null;
  }

  async revoke(decision: Decision): Promise<void> {
    await this.wb.editing.flush();
    await this.wb.peer.call('review.revoke', { id: decision.id });
    if (decision.kind === 'accept') await this.wb.editing.reload();
    await this.refreshDecisions();
  }

  /** How labels taken from the present prediction are saved: with a record of the decision. `classId` null: several classes. */
  saveAccepted(classId: number | null): Save | null {
    const [runId, imageId] = [this.#runId, this.#imageId];
    if (!this.#planesAreCurrent || runId === null || imageId === null) return null;
    return async (revision, diff) => {
      const state = await this.wb.peer.call('review.accept', { runId, imageId, revision, classId, diff });
      this.corrections++;
      void this.refreshDecisions();
      return state;
    };
  }

  #accept(spans: Spans, classId: number | null): void {
    const { planes, wb } = this;
    const { session, locked } = wb.editing;
    const save = this.saveAccepted(classId);
    if (!planes || !save || session?.imageId !== this.#imageId) return;
    const taken = session.submit({ spans, values: classId ?? planes.classes, rule: acceptRule('unlabelled', locked), save });
    if (!taken) wb.notices.info('Every pixel there is labelled already, so nothing changed.');
  }

  async #reject(spans: Spans, classId: number): Promise<void> {
    const { planes } = this;
    const [runId, imageId] = [this.#runId, this.#imageId];
    if (!planes || runId === null || imageId === null) return;
    await this.wb.peer.call('review.reject', { runId, imageId, classId, region: Uint32Array.from(toPairs(spans, planes.width)) });
    this.corrections++;
    await this.refreshDecisions();
  }

  #isAt(runId: string, imageId: number): boolean {
    return this.#runId === runId && this.#imageId === imageId;
  }
}
