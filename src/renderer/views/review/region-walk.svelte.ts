import { IGNORE } from '@shared/mask';
import { refinedScore } from '@shared/review';
import { decodeConfidence, decodeSimilarity } from '@shared/run';
import { openRegions, smallestRegion, type OpenRegion } from '../../editor/raster/open-regions';
import type { EditorSession } from '../../editor/session';
import { boundsOf } from '../../editor/spans';
import { count } from '../../ui/format';
import type { Seen } from '../../state/predictions';
import type { Cut, PredictedRegion } from '../../state/review.svelte';
import type { Workbench } from '../../state/workbench.svelte';

interface Ground {
  readonly seen: Seen;
  readonly session: EditorSession;
  readonly rejected: Uint8Array;
  readonly regions: readonly OpenRegion[];
}

/** A walk through the regions of one image. */
interface Walk {
  /** What it is about: the image asked for then, and how regions were cut out. */
  readonly visit: number;
  readonly cut: Cut;
  readonly ground: Promise<Ground>;
  seen: Seen | null;
  at: number;
  /** The region walked to last; null: past the last one. */
  found: Promise<PredictedRegion | null>;
  shown: PredictedRegion | null;
  /** Where the pointer was when the walk ended; undefined: it has not. */
  ended: Workbench['camera']['pointer'] | undefined;
}

/** Goes through the regions of a prediction that are still to be decided, by doubt × size, the greatest first. */
export class RegionWalk {
  /** Which of how many regions is walked to; null: none. */
  place = $state.raw<{ readonly at: number; readonly of: number } | null>(null);
  #walk: Walk | null = null;

  /** @param seen how to learn what the run under review says of the image meant now */
  constructor(
    private readonly wb: Workbench,
    private readonly seen: () => () => Promise<Seen>,
  ) {}

  /** The region that a decision made now is about, once it is found; null while there is no walk. */
  current(): Promise<PredictedRegion | null> | null {
    const walk = this.#here();
    if (!walk) return null;
    // Past the end a key must not fall on what happens to lie under a pointer that rests.
    return walk.ended !== undefined && walk.ended !== this.wb.camera.pointer ? null : walk.found;
  }

  /** Goes on to the next region, or back to the one before. */
  step(by: 1 | -1): void {
    const here = this.#here();
    const walk = here && here.ended === undefined ? here : this.#begin();
    this.#walk = walk;
    const before = walk.found;
    walk.found = before.then(() => this.#go(walk, by));
    walk.found.catch(() => undefined);
    void this.wb.notices.attempt(async () => void (await walk.found));
  }

  /** Goes on after a decision about the region walked to. */
  goOn(): void {
    if (this.#here()?.ended === undefined) this.step(1);
  }

  /** Something else was chosen. */
  leave(): void {
    this.#walk = null;
    this.place = null;
  }

  /** Shows the region walked to, where its image is the one shown: it may have been found before. */
  show(): void {
    const walk = this.#here();
    const { camera, review } = this.wb;
    if (!walk) {
      this.place = null;
      return;
    }
    if (walk.seen === null || walk.seen !== review.seen) return;
    review.region = walk.shown;
    if (walk.shown) camera.reveal(boundsOf(walk.shown.spans));
  }

  /** The walk under way, where it is about what is looked at now. */
  #here(): Walk | null {
    const { images, review } = this.wb;
    const walk = this.#walk;
    if (walk?.visit !== images.visit || walk.cut !== review.cut) return null;
    return walk.seen === null || review.seen === null || walk.seen === review.seen ? walk : null;
  }

  #begin(): Walk {
    const { images, review } = this.wb;
    return {
      visit: images.visit,
      cut: review.cut,
      ground: this.#survey(this.seen(), review.cut, review.beta),
      seen: null,
      at: -1,
      found: Promise.resolve(null),
      shown: null,
      ended: undefined,
    };
  }

  async #survey(seen: () => Promise<Seen>, { groups }: Cut, beta: number): Promise<Ground> {
    const there = await seen();
    const session = await this.wb.labels.free(there.image);
    await session.settled();
    const { rejected } = await this.wb.decisions.read(there.image);
    const doubts = Float64Array.from(
      { length: 65536 },
      (_, bytes) => 1 - refinedScore(decodeConfidence(bytes >> 8), decodeSimilarity(bytes & 255), beta),
    );
    const judged = { planes: there.planes, rejected };
    return {
      seen: there,
      session,
      rejected,
      regions: openRegions(judged, session.document.data, groups, doubts, smallestRegion(there.planes)),
    };
  }

  async #go(walk: Walk, by: 1 | -1): Promise<PredictedRegion | null> {
    const ground = await walk.ground;
    const { seen, regions } = ground;
    walk.seen = seen;
    for (let at = walk.at + by; at >= 0 && at < regions.length; at += by) {
      const { x, y } = regions[at]!;
      const region = this.wb.review.regionAt(seen, x, y, walk.cut);
      if (!region || !this.#isOpen(ground, region)) continue;
      walk.at = at;
      this.#arrive(walk, region, { at: at + 1, of: regions.length });
      return region;
    }
    if (by < 0 && walk.shown) return walk.shown;
    walk.ended = this.wb.camera.pointer;
    this.#arrive(walk, null, null);
    const least = count(smallestRegion(seen.planes), 'pixel');
    this.wb.notices.info(`No region of at least ${least} is left to decide in ${seen.image.path}.`);
    return null;
  }

  #arrive(walk: Walk, region: PredictedRegion | null, place: RegionWalk['place']): void {
    walk.shown = region;
    if (walk !== this.#here()) return;
    this.place = place;
    this.show();
  }

  /** Whether there is still something to decide of a region: labels and decisions may have come since the survey. */
  #isOpen({ seen, session, rejected }: Ground, { spans, classId }: PredictedRegion): boolean {
    const { decisions, images } = this.wb;
    const barred = (images.current?.id === seen.image.id ? decisions.ofShown?.rejected : null) ?? rejected;
    const { width } = seen.planes;
    const least = smallestRegion(seen.planes);
    let open = 0;
    for (let s = 0; s < spans.length && open < least; s += 3) {
      const row = spans[s]! * width;
      for (let i = row + spans[s + 1]!; i < row + spans[s + 2]!; i++) {
        if (session.document.data[i] === IGNORE && barred[i] !== classId) open++;
      }
    }
    return open >= least;
  }
}
