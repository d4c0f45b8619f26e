import { expect, it } from 'vitest';
import { InFlight } from './in-flight';

it('lets so much go on at once and no more', async () => {
  const flight = new InFlight(3);
  let [now, most, done] = [0, 0, 0];
  for (let i = 0; i < 20; i++) {
    await flight.add(async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, i % 4));
      [now, done] = [now - 1, done + 1];
    });
  }
  await flight.end();
  expect([most, done]).toEqual([3, 20]);
});

it('tells a failure at the latest at the end, and never leaves work behind', async () => {
  const flight = new InFlight(2);
  let ended = false;
  await flight.add(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    ended = true;
  });
  await flight.add(() => Promise.reject(new Error('full')));
  await expect(flight.end()).rejects.toThrow('full');
  expect(ended).toBe(true);
  await expect(flight.add(() => Promise.resolve())).rejects.toThrow('full');
});
