import type { CalibrationReport, Pruning, PruningPoint } from '@shared/analysis';
import { byWay } from '@shared/analysis';
import type { NextPruning } from './pruning-sweep';

/** A pruned teacher may lose this much pixel accuracy (Fig. 5: one percentage point). */
const TOLERANCE = 0.01;

function staysWithin({ accuracy }: PruningPoint, teacher: number | null): boolean {
  return accuracy !== null && teacher !== null && accuracy >= teacher - TOLERANCE;
}

/**
 * For each way of pruning the largest ratio, of those measured, whose accuracy stays within one percentage point of the teacher's; the
 * smallest measured where none does.
 */
export function choicesOf(points: readonly PruningPoint[], teacher: number | null): CalibrationReport['choices'] {
  return byWay(points).map((way) => {
    const [{ scope, granularity }] = way;
    const within = way.filter((point) => staysWithin(point, teacher));
    const ratio = within.length > 0 ? Math.max(...within.map((point) => point.ratio)) : Math.min(...way.map((point) => point.ratio));
    return { scope, granularity, ratio, within: within.length > 0 };
  });
}

/**
 * Finds the choice among the ratios of one way of pruning by halving: the pruned teacher's accuracy falls with the ratio, so beyond one
 * that loses too much none is tried, nor below one that does not. It measures at most {@link bisectionSteps} of them, the chosen one and,
 * unless that is the largest, the next larger one included. Where accuracy does not fall steadily, a larger ratio may stay within the
 * tolerance that was never measured.
 * @param prunings by ascending ratio
 */
export function bisection(prunings: readonly Pruning[]): NextPruning {
  return ({ teacher, points }) => {
    const places = points.map((point) => ({
      place: prunings.findIndex(({ ratio }) => ratio === point.ratio),
      within: staysWithin(point, teacher.accuracy),
    }));
    const good = Math.max(-1, ...places.filter(({ within }) => within).map(({ place }) => place));
    const bad = Math.min(prunings.length, ...places.filter(({ within, place }) => !within && place > good).map(({ place }) => place));
    return bad - good > 1 ? prunings[Math.floor((good + bad) / 2)]! : null;
  };
}

/** Most prunings that {@link bisection} measures of so many. */
export const bisectionSteps = (count: number): number => Math.ceil(Math.log2(count + 1));
