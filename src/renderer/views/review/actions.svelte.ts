import type { Workbench } from '../../state/workbench.svelte';
import type { Region } from '../../state/review.svelte';

/** What can be decided in Review, for buttons and keys alike. */
export class ReviewActions {
  constructor(private readonly wb: Workbench) {}

  readonly acceptRegion = (): void => {
    const region = this.#region();
    if (region) this.wb.review.acceptRegion(region);
  };

  readonly rejectRegion = (): void => {
    const region = this.#region();
    if (region) void this.wb.notices.attempt(() => this.wb.review.rejectRegion(region));
  };

  readonly acceptImage = (): void => this.wb.review.acceptImage();

  readonly rejectImage = (): void => void this.wb.notices.attempt(() => this.wb.review.rejectImage());

  /** Marks the image reviewed and goes on to the next, or takes the mark back. */
  readonly toggleReviewed = (): void => {
    const { images, notices } = this.wb;
    const image = images.current;
    if (!image) return;
    void notices.attempt(async () => {
      await images.update({ id: image.id, reviewed: !image.reviewed });
      if (!image.reviewed) images.next();
    });
  };

  readonly trainAgain = (): void => {
    const { plan, runs, notices } = this.wb;
    const { settings } = plan;
    this.wb.view = 'train';
    if (!settings) return;
    void notices.attempt(async () => {
      await this.wb.editing.flush();
      await runs.start(settings);
      this.wb.review.corrections = 0;
    });
  };

  /** Offers the keys while the calling component is shown. */
  provide(): void {
    const { commands, review } = this.wb;
    const hasPlanes = (): boolean => review.planes !== null;
    $effect(() => {
      const withdraw = [
        commands.provide('review.acceptRegion', { run: this.acceptRegion, enabled: hasPlanes }),
        commands.provide('review.rejectRegion', { run: this.rejectRegion, enabled: hasPlanes }),
        commands.provide('review.acceptImage', { run: this.acceptImage, enabled: hasPlanes }),
        commands.provide('review.rejectImage', { run: this.rejectImage, enabled: hasPlanes }),
        commands.provide('review.reviewed', { run: this.toggleReviewed, enabled: () => this.wb.images.current !== null }),
      ];
      return () => withdraw.forEach((stop) => stop());
    });
  }

  /** The selected region, else the one under the pointer. */
  #region(): Region | null {
    const { review, status } = this.wb;
    return review.region ?? (status.pointer && review.regionAt(status.pointer.x, status.pointer.y));
  }
}
