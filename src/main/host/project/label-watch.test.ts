import { expect, it } from 'vitest';
import { LabelWatch } from './label-watch';

/** Labels that change when told, beside a clock. */
function watched() {
  const at = { version: 'a', now: 1000 };
  return {
    at,
    watch: new LabelWatch(
      () => Promise.resolve(at.version),
      () => at.now,
    ),
  };
}

it('takes labels in once they have come to rest, and not again until they change', async () => {
  const { at, watch } = watched();
  expect(await watch.due()).toBe(false);
  expect(await watch.due()).toBe(true);
  watch.taken();
  expect(await watch.due()).toBe(false);
  at.version = 'b';
  expect(await watch.due()).toBe(false);
  at.version = 'c';
  expect(await watch.due()).toBe(false);
  expect(await watch.due()).toBe(true);
  watch.taken();
  expect(await watch.due()).toBe(false);
  watch.again();
  expect(await watch.due()).toBe(true);
});

it('takes labels in that go on changing, after a while', async () => {
  const { at, watch } = watched();
  for (let i = 0; i < 20; i++) {
    at.version = String(i);
    at.now += 1000;
    expect(await watch.due()).toBe(false);
  }
  at.version = 'last';
  at.now += 1000;
  expect(await watch.due()).toBe(true);
  watch.taken();
  // What came after it was looked at counts from then on.
  at.version = 'another';
  expect(await watch.due()).toBe(false);
});
