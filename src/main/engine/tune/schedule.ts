/** Rounds without a better figure until the rate falls, or, where it has fallen, the tuning ends. */
const PATIENCE = 3;
const FALLS = 1;
/** What a fall leaves of the rate. */
const FALL = 0.3;

/** Where a tuning stands, as its figures say. */
export interface Course {
  /** The round whose figure is best, the earliest of equals; 0: what it began from. */
  readonly best: number;
  /** Share of the learning rate for the next round. */
  readonly rate: number;
  /** No better figure is to be expected. */
  readonly over: boolean;
}

/** @param figures mIoU on held-out labels: of what the tuning began from, and after each round */
export function courseOf(figures: readonly number[]): Course {
  let [best, falls, since] = [0, 0, 0];
  for (const [round, figure] of figures.entries()) {
    if (round === 0) continue;
    since++;
    if (figure > figures[best]!) [best, since] = [round, 0];
    if (since >= PATIENCE) [falls, since] = [falls + 1, 0];
  }
  return { best, rate: FALL ** Math.min(falls, FALLS), over: falls > FALLS };
}
