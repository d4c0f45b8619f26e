import { IGNORE } from '@shared/mask';
import { stateTable } from '@shared/review';
import { encodeConfidence, encodeSimilarity } from '@shared/run';
import { expect, it } from 'vitest';
import { overlayPixels } from './overlay-pixels';
import { countByClass } from './scores';

const planes = {
  width: 3,
  height: 2,
  classes: Uint8Array.of(1, 1, 1, 2, 2, IGNORE),
  confidence: Uint8Array.from([0.9, 0.9, 0.2, 0.9, 0.9, 0.9], encodeConfidence),
  similarity: Uint8Array.from([1, 0.2, 1, 1, 1, 1], encodeSimilarity),
};
const labels = Uint8Array.of(1, 2, IGNORE, 1, 2, 1);
const table = stateTable(0.7, 1);
const counted = (overlay: Parameters<typeof overlayPixels>[0], of: typeof planes | null = planes, by: Uint8Array | null = labels) =>
  [
    ...overlayPixels(overlay, { predicted: of?.classes ?? null, labels: by, others: by, counts: of ? countByClass(of) : new Map() }, table),
  ].flatMap((n, id) => (n > 0 ? [[id, n]] : []));

it('counts what an overlay shows of each class, and never what has none', () => {
  expect(counted('prediction')).toEqual([
    [1, 3],
    [2, 2],
  ]);
  expect(counted('states')).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect(counted('labels')).toEqual([
    [1, 3],
    [2, 2],
  ]);
  expect(counted('change'), 'as the difference, by the class of the other run').toEqual(counted('difference'));
  expect(counted('score')).toEqual(counted('prediction'));
  expect(counted('difference'), 'by the class labelled').toEqual([
    [1, 1],
    [2, 1],
  ]);
});

it('counts nothing of what is not there', () => {
  for (const overlay of ['prediction', 'states', 'difference'] as const) expect(counted(overlay, null)).toEqual([]);
  for (const overlay of ['labels', 'difference'] as const) expect(counted(overlay, planes, null)).toEqual([]);
  expect(counted('difference', planes, Uint8Array.of(1))).toEqual([]);
});
