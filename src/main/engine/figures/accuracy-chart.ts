import { byWay, type PruningPoint, type PruningSweep } from '@shared/analysis';
import { chartSvg, type Series } from './svg';

/** Fig. 5: pixel accuracy of the pruned teacher against the ratio, a line for each way of pruning, beside the teacher's. */
export function accuracyChart(title: string, { teacher, points }: PruningSweep): string {
  const ratios = points.map(({ ratio }) => ratio);
  const ends = [Math.min(...ratios), Math.max(...ratios)];
  const level = (name: string, accuracy: number): Series => ({ name, points: ends.map((ratio) => [ratio, accuracy] as const) });
  return chartSvg({
    title,
    x: 'pruning ratio',
    y: 'pixel accuracy',
    series: [
      ...(teacher.accuracy === null ? [] : [level('teacher', teacher.accuracy)]),
      ...byWay(points).map((way) => ({ name: `pruned: ${way[0].scope}, ${way[0].granularity}`, points: way.flatMap(pointOf) })),
    ],
  });
}

function pointOf({ ratio, accuracy }: PruningPoint): (readonly [number, number])[] {
  return accuracy === null ? [] : [[ratio, accuracy]];
}
