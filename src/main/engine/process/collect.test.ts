import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { collect } from './collect';

test('collects what nobody holds, and nothing else', async () => {
  const held = new Float32Array(8);
  const [dropped, kept] = [new WeakRef(new Float32Array(8)), new WeakRef(held)];
  await setImmediate(); // Until the end of a turn everything a WeakRef was made for is held.
  collect();
  expect([dropped.deref(), kept.deref()]).toEqual([undefined, held]);
});
