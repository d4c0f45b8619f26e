import { untrack } from 'svelte';
import type { ImageRecord } from '@shared/domain';
import { EspalierError } from '@shared/errors';
import type { Decision } from '@shared/protocol';
import { MAPS, OVERLAYS, PLAIN_OVERLAYS, type ReviewOverlay } from '../../canvas/look';
import type { Seen } from '../../state/predictions';
import type { PredictedRegion } from '../../state/review.svelte';
import type { Workbench } from '../../state/workbench.svelte';
import { RegionWalk } from './region-walk.svelte';

/**
 * What can be decided in Review, for buttons and keys alike. A decision is about the image meant when it is made, and what the run under
 * review says of that: where that is not here yet, the decision waits for it.
 */
export class ReviewActions {
  readonly walk: RegionWalk;

  constructor(private readonly wb: Workbench) {
    this.walk = new RegionWalk(wb, () => this.#seen());
  }

  readonly acceptRegion = (): void => this.#decide((decisions, region) => decisions.acceptRegion(region));
  readonly rejectRegion = (): void => this.#decide((decisions, region) => decisions.rejectRegion(region));

  /** Selects the region of a pixel of the image shown. */
  readonly pick = ({ x, y }: { readonly x: number; readonly y: number }): void => {
    const { review } = this.wb;
    this.walk.leave();
    review.pinned = { x, y };
    review.region = review.seen && review.regionAt(review.seen, x, y);
  };
  readonly acceptImage = (): void => this.#acceptImage(null);
  /** Of the image, what is kept at the thresholds of now. */
  readonly acceptKept = (): void => this.#acceptImage(this.wb.review.table);
  readonly rejectImage = (): void => {
    const seen = this.#seen();
    this.walk.leave();
    this.#attempt((decisions) => decisions.rejectImage(seen));
  };

  /** Lays the next of the overlays over the image. */
  readonly nextOverlay = (): void => this.#next(PLAIN_OVERLAYS);
  /** The next map that the run has. */
  readonly nextMap = (): void => this.#next(MAPS.filter((map) => this.overlays.includes(map)));

  /** Overlays that there are of the run under review: without pruning confidence is all that it says, and change is between two. */
  get overlays(): readonly ReviewOverlay[] {
    const { against, review } = this.wb;
    return OVERLAYS.filter((overlay) => {
      if (overlay === 'similarity' || overlay === 'score') return review.pruned;
      return overlay !== 'change' || against.others.length > 0;
    });
  }

  readonly revoke = (decision: Decision): void => {
    const image = this.wb.images.current;
    if (image?.id === decision.imageId) this.#attempt((decisions) => decisions.revoke(decision, image));
  };

  /** Marks the image reviewed and goes on to the next, or takes the mark back. */
  readonly toggleReviewed = (): void => {
    const { images, notices } = this.wb;
    void notices.attempt(async () => {
      const image = await images.meant();
      if (!image) return;
      // On to the next at once: what is pressed meanwhile is meant for that.
      if (!image.reviewed && images.current?.id === image.id && !images.underWay) images.next();
      await images.mark([image.id], 'reviewed', !image.reviewed);
    });
  };

  readonly trainAgain = (): void => {
    const { plan, runs, notices } = this.wb;
    const { settings } = plan;
    this.wb.view = 'train';
    if (!settings) return;
    void notices.attempt(async () => {
      await this.wb.labels.flush();
      await runs.start(settings);
      this.wb.decisions.corrections = 0;
    });
  };

  /** Offers the keys while the calling component is shown, and shows the region walked to when its image is there. */
  provide(): void {
    const { commands, images, review } = this.wb;
    $effect(() => {
      void [review.seen, review.cut, images.current];
      untrack(() => this.walk.show());
    });
    const hasImage = (): boolean => this.wb.images.current !== null;
    $effect(() => {
      const withdraw = [
        commands.provide('review.overlay', { run: this.nextOverlay }),
        commands.provide('review.map', { run: this.nextMap }),
        commands.provide('review.against', {
          run: () => (this.wb.against.held = true),
          release: () => (this.wb.against.held = false),
        }),
        commands.provide('review.split', { run: () => (this.wb.against.split = this.wb.against.split === null ? 0.5 : null) }),
        commands.provide('review.acceptRegion', { run: this.acceptRegion, enabled: hasImage }),
        commands.provide('review.rejectRegion', { run: this.rejectRegion, enabled: hasImage }),
        commands.provide('review.nextRegion', { run: () => this.walk.step(1), enabled: hasImage }),
        commands.provide('review.previousRegion', { run: () => this.walk.step(-1), enabled: hasImage }),
        commands.provide('review.acceptKept', { run: this.acceptKept, enabled: hasImage }),
        commands.provide('review.acceptImage', { run: this.acceptImage, enabled: hasImage }),
        commands.provide('review.rejectImage', { run: this.rejectImage, enabled: hasImage }),
        commands.provide('review.rule', { run: () => (this.wb.rules.asking = true), enabled: () => this.wb.review.run !== null }),
        commands.provide('review.reviewed', { run: this.toggleReviewed, enabled: hasImage }),
      ];
      return () => withdraw.forEach((stop) => stop());
    });
  }

  /** Decides about the region meant now, and goes on where it was walked to. */
  #decide(action: (decisions: Workbench['decisions'], region: () => Promise<PredictedRegion>) => Promise<void>): void {
    const walked = this.walk.current();
    const region = walked ? () => walked.then(existing) : this.#region();
    this.#attempt((decisions) => action(decisions, region));
    if (walked) this.walk.goOn();
  }

  #acceptImage(states: Uint8Array | null): void {
    const seen = this.#seen();
    this.walk.leave();
    this.#attempt((decisions) => decisions.acceptImage(seen, states));
  }

  #next(overlays: readonly ReviewOverlay[]): void {
    const { overlay } = this.wb.look;
    overlay.review = overlays[(overlays.indexOf(overlay.review) + 1) % overlays.length]!;
    // Whoever asks for an overlay wants to see it.
    overlay.visible = true;
  }

  #attempt(action: (decisions: Workbench['decisions']) => Promise<void>): void {
    void this.wb.notices.attempt(() => action(this.wb.decisions));
  }

  /** What the run under review says of the image meant now. */
  #seen(): () => Promise<Seen> {
    const { images, review } = this.wb;
    const { run } = review;
    const image = images.meant();
    const seen = image.then((record) => {
      if (!record || !run) throw new EspalierError('CANCELLED');
      return review.read(run.id, record);
    });
    // Told when its turn comes.
    seen.catch(() => undefined);
    return () => seen;
  }

  /** The region selected now by a click, else the one under the pointer, of the image meant now and cut as it is shown now. */
  #region(): () => Promise<PredictedRegion> {
    const { camera, images, review } = this.wb;
    const { region, cut } = review;
    if (region && !images.underWay && region.seen.image.id === images.current?.id) return () => Promise.resolve(region);
    const { pointer } = camera;
    const shown = images.underWay ? null : images.current;
    const pixel = shown && camera.pixelOf(shown, pointer);
    const placeIn = (image: ImageRecord) => (shown ? pixel : camera.pixelOfNext(image, pointer));
    const seen = this.#seen();
    return async () => {
      const there = await seen();
      const place = placeIn(there.image);
      const found = place && review.regionAt(there, place.x, place.y, cut);
      return existing(found);
    };
  }
}

/** @throws EspalierError REGION_NONE */
function existing(region: PredictedRegion | null): PredictedRegion {
  if (!region) throw new EspalierError('REGION_NONE');
  return region;
}
