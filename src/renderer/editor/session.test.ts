import { EspalierError } from '@shared/errors';
import { diffOf } from '@shared/mask';
import { describe, expect, it } from 'vitest';
import { ANY } from './rules';
import { EditorSession, type Ask } from './session';
import { HeadlessEditor } from './testing/headless-editor';
import { MemoryBackend } from './testing/memory-backend';
import { random, same } from './testing/numbers';

/** A hand on the clock: `wait` resolves when told. */
function clock() {
  const waiting: (() => void)[] = [];
  const wait = () => new Promise<void>((resolve) => waiting.push(resolve));
  return { wait, waiting, tick: () => waiting.splice(0).forEach((resolve) => resolve()) };
}

const turns = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function paint(session: EditorSession, y: number, x0: number, x1: number, value: number): void {
  const gesture = session.begin('brush', ANY)!;
  gesture.write(Int32Array.of(y, x0, x1), value);
  gesture.commit();
}

describe('saving', () => {
  it('tells the library of each gesture in order, with the revision the one before left', async () => {
    const { session, store } = await HeadlessEditor.open();
    paint(session, 1, 0, 5, 1);
    paint(session, 2, 0, 5, 2);
    expect(session.saveState).toEqual({ kind: 'saving', pending: 2 });
    await session.flushed();
    expect(session.saveState).toEqual({ kind: 'saved' });
    expect(store.revision).toBe(2);
    expect(session.state.revision).toBe(2);
    expect(same(store.map.data, session.document.data)).toBe(true);
  });

  it('sends nothing for a gesture that changed nothing or was cancelled', async () => {
    const { session, store } = await HeadlessEditor.open();
    paint(session, 1, 0, 5, 255);
    session.begin('brush', ANY)!.cancel();
    await session.flushed();
    expect(store.calls).toEqual([]);
    expect(session.canUndo).toBe(false);
  });

  it('keeps the work when the disk is full, says so, and tries again', async () => {
    const { wait, tick } = clock();
    const store = new MemoryBackend();
    const session = await EditorSession.load(1, store, wait);
    store.failures.push({ error: new EspalierError('DISK_FULL') });
    paint(session, 1, 0, 5, 1);
    await turns();
    expect(session.saveState).toMatchObject({ kind: 'failed', pending: 1, error: { code: 'DISK_FULL' } });
    paint(session, 2, 0, 5, 1);
    tick();
    await session.flushed();
    expect(session.saveState).toEqual({ kind: 'saved' });
    expect(same(store.map.data, session.document.data)).toBe(true);
  });

  it('tells whoever waits that it cannot be done now, and forgets what is given up', async () => {
    const { wait } = clock();
    const store = new MemoryBackend();
    const session = await EditorSession.load(1, store, wait);
    store.failures.push({ error: new EspalierError('PROJECT_MOVED', { folder: '/p' }) });
    paint(session, 1, 0, 5, 1);
    await session.settled();
    expect(session.saveState).toMatchObject({ kind: 'failed', pending: 1 });
    await session.settled();
    session.discard();
    expect(session.saveState).toEqual({ kind: 'saved' });
    await session.flushed();
    expect(store.past).toEqual([]);
    paint(session, 2, 0, 5, 1);
    await session.settled();
    expect(session.saveState).toEqual({ kind: 'saved' });
    expect(store.past).toHaveLength(1);
  });

  it('can be retried at once', async () => {
    const { wait } = clock();
    const store = new MemoryBackend();
    const session = await EditorSession.load(1, store, wait);
    store.failures.push({ error: new EspalierError('DISK_FULL') });
    paint(session, 1, 0, 5, 1);
    await turns();
    session.retry();
    await session.flushed();
    expect(store.revision).toBe(1);
  });

  it('is not fooled by an answer that got lost: what was saved is not saved twice', async () => {
    const { session, store } = await HeadlessEditor.open();
    store.failures.push({ error: new EspalierError('CHILD_EXITED', { child: 'library', reason: 'killed' }), after: true });
    paint(session, 1, 0, 5, 1);
    paint(session, 2, 0, 5, 2);
    await session.flushed();
    expect(store.past).toHaveLength(2);
    expect(same(store.map.data, session.document.data)).toBe(true);
  });

  it('repeats unsaved work on labels that changed elsewhere', async () => {
    const { session, store } = await HeadlessEditor.open();
    store.map.data.fill(3, 0, 20);
    store.revision = 7;
    paint(session, 0, 2, 4, 1);
    await session.flushed();
    expect([...session.document.data.subarray(0, 6)]).toEqual([3, 3, 1, 1, 3, 3]);
    expect(same(store.map.data, session.document.data)).toBe(true);
  });

  it('takes back what the library refuses, says why, and goes on with the rest', async () => {
    const { session, store } = await HeadlessEditor.open();
    const refused: string[] = [];
    session.refused.on((error) => refused.push(error.code));
    store.failures.push({ error: new EspalierError('CLASS_UNKNOWN', { id: 9 }) });
    paint(session, 1, 0, 5, 9);
    paint(session, 2, 0, 5, 2);
    await session.flushed();
    expect(refused).toEqual(['CLASS_UNKNOWN']);
    expect(session.document.counts[9]).toBe(0);
    expect(session.document.counts[2]).toBe(5);
    expect(same(store.map.data, session.document.data)).toBe(true);
  });

  it('waits for the end of a stroke before it loads labels again', async () => {
    const { session, store } = await HeadlessEditor.open();
    paint(session, 1, 0, 5, 1);
    store.revision = 4;
    const gesture = session.begin('brush', ANY)!;
    gesture.write(Int32Array.of(3, 0, 4), 2);
    await turns();
    gesture.write(Int32Array.of(4, 0, 4), 2);
    gesture.commit();
    await session.flushed();
    expect([session.document.counts[1], session.document.counts[2]]).toEqual([5, 8]);
    expect(same(store.map.data, session.document.data)).toBe(true);
  });
});

describe('undo and redo', () => {
  it('show at once, while the library is still writing', async () => {
    const { session, store } = await HeadlessEditor.open();
    let open = (): void => undefined;
    store.gate = new Promise((resolve) => (open = resolve));
    paint(session, 1, 0, 5, 1);
    session.undo();
    expect(session.document.counts[1]).toBe(0);
    session.redo();
    expect(session.document.counts[1]).toBe(5);
    open();
    await session.flushed();
    expect(store.calls).toEqual(['brush', 'undo', 'redo']);
    expect(same(store.map.data, session.document.data)).toBe(true);
  });

  it('reach back before the image was opened', async () => {
    const { session, store } = await HeadlessEditor.open();
    paint(session, 1, 0, 5, 1);
    paint(session, 2, 0, 5, 2);
    await session.flushed();
    const again = await EditorSession.load(1, store);
    expect(again.canUndo).toBe(true);
    again.undo();
    expect(again.busy).toBe(true);
    expect(again.begin('brush', ANY)).toBeNull();
    await again.flushed();
    expect([again.document.counts[1], again.document.counts[2]]).toEqual([5, 0]);
    again.redo();
    expect(again.document.counts[2]).toBe(5);
    await again.flushed();
    expect(same(store.map.data, again.document.data)).toBe(true);
  });

  it('cancel the stroke under way instead', async () => {
    const { session, store } = await HeadlessEditor.open();
    paint(session, 1, 0, 5, 1);
    session.begin('brush', ANY)!.write(Int32Array.of(2, 0, 9), 1);
    session.undo();
    expect(session.document.counts[1]).toBe(5);
    expect(session.document.gesture).toBeNull();
    await session.flushed();
    expect(store.calls).toEqual(['brush']);
  });

  it('undo ∘ do is the identity over random gestures, undos, redos and reopenings', async () => {
    const next = random(99);
    const store = new MemoryBackend(70, 66);
    let session = await EditorSession.load(1, store);
    const past: Uint8Array[] = [];
    const future: Uint8Array[] = [];
    for (let round = 0; round < 400; round++) {
      const before = session.document.data.slice();
      const choice = next();
      if (choice < 0.55) {
        paint(session, Math.floor(next() * 66), Math.floor(next() * 60), Math.floor(next() * 30) + 60, Math.floor(next() * 3));
        if (!same(before, session.document.data)) {
          past.push(before);
          future.length = 0;
        }
      } else if (choice < 0.97) {
        const back = choice < 0.8;
        const expected = (back ? past : future).pop();
        if (expected) (back ? future : past).push(before);
        if (back) session.undo();
        else session.redo();
        if (session.busy) await session.flushed();
        expect(same(session.document.data, expected ?? before)).toBe(true);
      } else {
        await session.flushed();
        session = await EditorSession.load(1, store);
      }
    }
    await session.flushed();
    expect(same(store.map.data, session.document.data)).toBe(true);
  });
});

describe('a step that the library works out', () => {
  /** Lets the library erase what is of a class, as a rejection does with what was accepted. */
  const erase =
    (store: MemoryBackend, classId: number): Ask =>
    async (revision) => {
      const { data } = store.map;
      const diff = diffOf(
        data,
        data.map((value) => (value === classId ? 255 : value)),
      );
      return { ...(await store.apply({ revision, diff, tool: 'reject' })), diff };
    };

  it('shows what it changed, and is undone like any other', async () => {
    const { session, store } = await HeadlessEditor.open();
    paint(session, 1, 0, 5, 1);
    session.ask(erase(store, 1));
    await session.flushed();
    expect([session.document.counts[1], session.saveState.kind]).toEqual([0, 'saved']);
    session.undo();
    await session.flushed();
    expect(session.document.counts[1]).toBe(5);
    session.undo();
    await session.flushed();
    expect([session.document.counts[1], session.canUndo]).toEqual([0, false]);
    expect(store.calls).toEqual(['brush', 'reject', 'undo', 'undo']);
  });

  it('takes its turn, and what is painted and undone meanwhile comes after it', async () => {
    const { session, store } = await HeadlessEditor.open();
    paint(session, 1, 0, 5, 1);
    session.ask(erase(store, 1));
    paint(session, 2, 0, 4, 2);
    paint(session, 3, 0, 3, 3);
    session.undo();
    await session.flushed();
    await turns();
    await session.flushed();
    expect([1, 2, 3].map((id) => session.document.counts[id])).toEqual([0, 4, 0]);
    expect(same(store.map.data, session.document.data)).toBe(true);
  });

  it('is repeated after labels changed elsewhere, and dropped aloud when the library will not have it', async () => {
    const { session, store } = await HeadlessEditor.open();
    await store.apply({ revision: 0, diff: Uint32Array.of(0, 5, 255 | (1 << 8)), tool: 'elsewhere' });
    session.ask(erase(store, 1));
    await session.flushed();
    expect(store.calls).toEqual(['elsewhere', 'reject', 'reject']);
    expect(session.document.counts[1]).toBe(0);
    const refused: string[] = [];
    session.refused.on(({ code }) => refused.push(code));
    session.ask(() => Promise.reject(new EspalierError('PREDICTION_OUTDATED')));
    await session.flushed();
    expect([refused, session.saveState.kind, session.state.undo]).toEqual([['PREDICTION_OUTDATED'], 'saved', 2]);
  });
});
