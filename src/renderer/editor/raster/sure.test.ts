import { expect, it } from 'vitest';
import { IGNORE } from '@shared/mask';
import { pixelCount } from '../spans';
import { countUnlabelled, surePart } from './sure';

const said = {
  width: 4,
  height: 2,
  classes: Uint8Array.of(1, 1, 1, 2, 2, 2, 1, 1),
  confidence: Uint8Array.of(250, 229, 230, 255, 200, 230, 255, 231),
};
const labels = Uint8Array.of(IGNORE, IGNORE, IGNORE, 1, IGNORE, IGNORE, IGNORE, 2);

it('counts what it takes: pixels without a label, of a class, from a confidence on', () => {
  const counts = countUnlabelled(said, labels);
  const count = (classId: number, from: number): number =>
    counts
      .get(classId)!
      .subarray(from)
      .reduce((sum, n) => sum + n, 0);
  for (const from of [0, 200, 230, 231, 255])
    for (const classId of [1, 2]) expect(count(classId, from)).toBe(pixelCount(surePart(said, labels, from, (id) => id === classId)));
  expect(count(1, 230)).toBe(3);
  expect(surePart(said, labels, 230, () => true)).toEqual(Int32Array.of(0, 0, 1, 0, 2, 3, 1, 1, 3));
});
