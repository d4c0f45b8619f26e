/** Rounds without a better figure until the rate falls, or, where it has fallen, the tuning ends. */
const PATIENCE = 3;
const FALLS = 1;
/** What a fall leaves of the rate. */
const FALL = 0.3;

/** What a round has to add to what the tuning began from: less was promised by held-out labels where other images lost two points. */
const WORTH = 0.03;

/** Where a tuning stands, as its figures say. */
export interface Course {
  /** The round that is worth it and whose figure is best, the earliest of equals; 0: what it began from. */
  readonly best: number;
  /** The best figure of all. */
  readonly figure: number;
  /** Share of the learning rate for the next round. */
  readonly rate: number;
  /** No better figure is to be expected. */
  readonly over: boolean;
}

/** @param figures mIoU on held-out labels: of what the tuning began from, and after each round */
export function courseOf(figures: readonly number[]): Course {
  let [best, falls, since] = [0, 0, 0];
  let most = figures[0]!;
  for (const [round, figure] of figures.entries()) {
    if (round === 0) continue;
    since++;
    if (figure > most) [most, since] = [figure, 0];
    if (since === 0 && figure > figures[0]! + WORTH) best = round;
    if (since >= PATIENCE) [falls, since] = [falls + 1, 0];
  }
  return { best, figure: most, rate: FALL ** Math.min(falls, FALLS), over: falls > FALLS };
}
