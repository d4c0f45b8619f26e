import { expect, it } from 'vitest';
import { EspalierError } from '@shared/errors';
import { Peer, serve } from '@shared/rpc';
import type { RunNews } from '@shared/run-news';
import { portPair } from '../../../testing/ports';
import { RunRecorder } from './run-recorder';

const notes = (from: number, count: number): RunNews[] =>
  Array.from({ length: count }, (_, i) => ({ kind: 'note', sentence: String(from + i) }));
const sentences = (batches: readonly (readonly RunNews[])[]): string[] =>
  batches.flat().map((news) => (news.kind === 'note' ? news.sentence : news.kind));

/** A library that takes its time: each write waits until it is let go on. */
class SlowLibrary {
  readonly batches: RunNews[][] = [];
  readonly #waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  /** Writes under way at once, at most. */
  most = 0;

  write = (news: RunNews[]): Promise<void> => {
    this.batches.push(news);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.most = Math.max(this.most, this.#waiting.length);
    });
  };

  get busy(): boolean {
    return this.#waiting.length > 0;
  }

  async next(error?: unknown): Promise<void> {
    const { resolve, reject } = this.#waiting.shift()!;
    if (error === undefined) resolve();
    else reject(error);
    await new Promise(setImmediate);
  }
}

it('writes in order, one at a time, and together what was told while a write went on', async () => {
  const library = new SlowLibrary();
  const recorder = new RunRecorder(library.write, () => expect.unreachable());
  for (let i = 0; i < 50; i++) recorder.add(notes(i, 1));
  expect(library.batches.map(({ length }) => length)).toEqual([1]);
  await library.next();
  expect(library.batches.map(({ length }) => length)).toEqual([1, 49]);
  recorder.add(notes(50, 1));
  const done = recorder.done();
  await library.next();
  await library.next();
  await done;
  expect(sentences(library.batches)).toEqual(Array.from({ length: 51 }, (_, i) => String(i)));
  expect(library.most).toBe(1);
});

it('writes no more than a bounded number in one go', async () => {
  const sizes: number[] = [];
  const recorder = new RunRecorder(
    (news) => {
      sizes.push(news.length);
      return Promise.resolve();
    },
    () => expect.unreachable(),
  );
  recorder.add(notes(0, 2500));
  await recorder.done();
  expect(sizes).toEqual([1000, 1000, 500]);
});

it('holds back whoever tells while the library is behind, and loses nothing', async () => {
  const library = new SlowLibrary();
  const recorder = new RunRecorder(library.write, () => expect.unreachable());
  const [here, there] = portPair(setImmediate);
  let told = 0;
  const tellAll = serve<'engine.predictMasks'>({
    'engine.predictMasks': async (_params, { progress }) => {
      for (; told < 20_000; told++) {
        await new Promise(setImmediate); // as work that reads files
        await progress({ done: told, total: 20_000, secondsLeft: null, news: notes(told, 1) });
      }
      return { predicted: told };
    },
  });
  new Peer(there, tellAll);
  const params = { folder: 'run', images: [], out: 'out', best: false };
  let ended = false;
  const call = new Peer(here).call('engine.predictMasks', params, { onProgress: ({ news }) => recorder.add(news) });
  void call.then(() => (ended = true));
  // Nothing is written meanwhile, however long that is.
  for (let i = 0; i < 5000; i++) await new Promise(setImmediate);
  expect(told).toBeGreaterThan(900);
  expect(told).toBeLessThan(1500);
  while (!ended || library.busy) await (library.busy ? library.next() : new Promise(setImmediate));
  expect(await call).toEqual({ predicted: 20_000 });
  await recorder.done();
  expect(sentences(library.batches)).toEqual(Array.from({ length: 20_000 }, (_, i) => String(i)));
});

it('tells a failure at once and once, writes nothing more, and throws it in the end; nobody else hears of a rejection', async () => {
  const unhandled: unknown[] = [];
  const hear = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', hear);
  try {
    const library = new SlowLibrary();
    let failures = 0;
    const recorder = new RunRecorder(library.write, () => failures++);
    recorder.add(notes(0, 1));
    recorder.add(notes(1, 5));
    await library.next(new EspalierError('DISK_FULL'));
    expect(failures).toBe(1);
    recorder.add(notes(6, 5));
    await new Promise(setImmediate);
    await expect(recorder.done()).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(sentences(library.batches)).toEqual(['0']);
    expect([failures, unhandled]).toEqual([1, []]);
  } finally {
    process.off('unhandledRejection', hear);
  }
});
