import { untrack } from 'svelte';
import type { ImageRecord, RunRecord } from '@shared/domain';
import { toEspalierError } from '@shared/errors';
import { IGNORE } from '@shared/mask';
import { decodeConfidence, decodeSimilarity } from '@shared/run';
import type { ReviewState } from '@shared/review';
import { DOUBTED, KEPT, LOW_CONFIDENCE, refinedScore, stateTable } from '@shared/review';
import { runParts } from '@shared/settings';
import { countStates, predictionRegion } from '../editor/raster/region';
import { pixelCount, type Spans } from '../editor/spans';
import type { Images } from './images.svelte';
import type { Look } from './look.svelte';
import type { Notices } from './notices.svelte';
import { keyOf, Predictions, type Seen } from './predictions';
import type { ProjectCalls } from './project-calls';
import type { Runs } from './runs.svelte';
import { countScores, scoreHistogram, sharesByState, type ScoreCounts } from './scores';

/** How regions are cut out of a prediction: where `groups` differ a region ends; both by stored bytes, as `stateTable` gives them. */
export interface Cut {
  readonly groups: Uint8Array;
  readonly states: Uint8Array;
}

/** All pixels of a class are of one group. */
const BY_CLASS = new Uint8Array(65536);

/** Joined pixels of one predicted class; where states are shown, of one review state. */
export interface PredictedRegion {
  /** What it is a part of. */
  readonly seen: Seen;
  readonly spans: Spans;
  readonly classId: number;
  /** The state that all its pixels have; null: several. */
  readonly state: ReviewState | null;
  /** How many of its pixels are kept. */
  readonly kept: number;
  readonly pixels: number;
}

const BINS = 40;

/** The run under review, and what it says of the current image. */
export class Review {
  /** Why there is nothing to show for the current image. */
  missing = $state<string | null>(null);
  gamma = $state(0.7);
  beta = $state(1);
  /** The thresholds of the run itself. */
  own = $state.raw<{ readonly gamma: number; readonly beta: number }>({ gamma: 0.7, beta: 1 });
  /** A pixel whose values are kept in sight. */
  pinned = $state.raw<{ readonly x: number; readonly y: number } | null>(null);
  region = $state.raw<PredictedRegion | null>(null);
  /** The prediction that is shown, of the current image always; null while it is read. */
  seen = $state.raw<Seen | null>(null);
  /** The run whose predictions were looked at last. */
  visited = $state<string | null>(null);
  #chosen = $state<string | null>(null);
  #runId: string | null = null;
  /** The image asked for last. */
  #image: ImageRecord | null = null;
  readonly #predictions: Predictions;
  readonly planes = $derived(this.seen?.planes ?? null);
  readonly table = $derived(stateTable(this.gamma, this.beta));
  /** Regions are what is seen as one. */
  readonly cut: Cut = $derived.by(() => ({ groups: this.look.overlay.review === 'states' ? this.table : BY_CLASS, states: this.table }));
  readonly #counts = $derived(this.planes && countScores(this.planes.confidence, this.planes.similarity));
  readonly shares = $derived(this.#counts && sharesByState(this.#counts, this.table));
  /** Of the image, pixels by what is stored of them; null without a prediction. */
  get counts(): ScoreCounts | null {
    return this.#counts;
  }

  /** Shares by state at the run's own γ and β, which thresholds moved since are compared with. */
  readonly ownShares = $derived(this.#counts && sharesByState(this.#counts, stateTable(this.own.gamma, this.own.beta)));
  readonly bins = $derived(this.#counts && scoreHistogram(this.#counts, this.table, this.beta, BINS));

  constructor(
    calls: ProjectCalls,
    private readonly runs: Runs,
    private readonly images: Images,
    private readonly look: Look,
    notices: Notices,
  ) {
    this.#predictions = new Predictions(calls);
    $effect.root(() => {
      $effect(() => {
        const runId = this.run?.id ?? null;
        const { pruned } = this;
        untrack(() => void notices.attempt(() => images.lookAt(runId, pruned)));
      });
    });
  }

  /** The one chosen, else the newest with predictions. */
  get run(): RunRecord | null {
    return this.runs.list.find((run) => run.id === this.#chosen && run.predictedImages > 0) ?? this.runs.reviewable;
  }

  /** Whether the run under review doubts by pruning: else its confidence is all that it says. */
  get pruned(): boolean {
    return this.run !== null && runParts(this.run.settings).pruning;
  }

  /** Reviews another run. */
  async choose(id: string): Promise<void> {
    this.#chosen = id;
    await this.enter();
  }

  /** Sorts the images by how much the run under review doubts them, or how little it is sure of them, and starts with the first. */
  async enter(): Promise<void> {
    const { run } = this;
    if (!run) return;
    const list = this.images.reviewing;
    const newRun = this.visited !== run.id;
    await this.images.lookAt(run.id, this.pruned);
    if (newRun || !list.loaded) await list.choose({ sort: this.pruned ? 'doubted' : 'lowConfidence' });
    await this.images.show('reviewing');
    if (newRun) await this.images.select(0);
    this.visited = run.id;
  }

  /** Another project is open: none of its runs was looked at yet. */
  begin(): void {
    this.#chosen = null;
    this.visited = null;
  }

  /** Shows what a run predicts of an image. */
  async load(runId: string, image: ImageRecord): Promise<void> {
    if (this.#runId !== runId) {
      const run = this.runs.list.find(({ id }) => id === runId);
      const beta = run && !runParts(run.settings).pruning ? 0 : (run?.reviewBeta ?? this.beta);
      this.own = { gamma: run?.settings?.gamma ?? this.gamma, beta };
      this.reset();
    }
    await this.#load(runId, image, () => this.read(runId, image));
  }

  /** Shows what the round that is predicting now says of an image, or else the run under review. */
  async loadNewest(image: ImageRecord): Promise<void> {
    const [round, run] = [this.runs.predictingRound, this.run];
    const newest = round ?? run;
    if (!newest) return;
    const older = run && run !== newest ? run : null;
    await this.#load(newest.id, image, () => {
      const reading = this.read(newest.id, image);
      return older ? reading.catch(() => this.read(older.id, image)) : reading;
    });
  }

  async #load(runId: string, image: ImageRecord, read: () => Promise<Seen>): Promise<void> {
    const key = keyOf(runId, image);
    const here = (): boolean => this.#runId !== null && this.#image !== null && keyOf(this.#runId, this.#image) === key;
    if (!here()) this.#show(null);
    [this.#runId, this.#image] = [runId, image];
    try {
      const seen = await read();
      if (here()) this.#show(seen);
    } catch (thrown) {
      const { code, message } = toEspalierError(thrown);
      if (here() && code !== 'CANCELLED') this.#show(null, message);
    }
  }

  /** Goes back to the thresholds of the run. */
  reset(): void {
    [this.gamma, this.beta] = [this.own.gamma, this.own.beta];
  }

  /** What a run predicts of an image, shown or not. */
  read(runId: string, image: ImageRecord): Promise<Seen> {
    return this.#predictions.read(runId, image);
  }

  /** Forgets what was read: predictions were made, some of them perhaps anew. */
  forget(): void {
    this.#predictions.forget();
    if (this.missing !== null) this.again();
  }

  clear(): void {
    this.#predictions.forget();
    this.#show(null);
    this.#runId = null;
    this.#image = null;
  }

  /** Reads what is shown again: it is of the past. */
  again(): void {
    this.#predictions.forget();
    if (this.#runId !== null && this.#image) void this.load(this.#runId, this.#image);
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
  regionAt(seen: Seen, x: number, y: number, { groups, states } = this.cut): PredictedRegion | null {
    const { planes } = seen;
    const classId = planes.classes[y * planes.width + x];
    if (classId === undefined || classId === IGNORE) return null;
    const spans = predictionRegion(planes, groups, x, y);
    const counts = countStates(spans, planes, states);
    const [first, ...others] = ([KEPT, LOW_CONFIDENCE, DOUBTED] as const).filter((state) => counts[state] > 0);
    const state = others.length === 0 ? (first ?? null) : null;
    return { seen, spans, classId, state, kept: counts[KEPT], pixels: pixelCount(spans) };
  }

  #show(seen: Seen | null, missing: string | null = null): void {
    if (this.seen !== seen) this.region = null;
    if (this.seen?.image.id !== seen?.image.id) this.pinned = null;
    this.seen = seen;
    this.missing = missing;
  }
}
