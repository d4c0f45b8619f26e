import { EspalierError } from '@shared/errors';
import { encodeRle } from '@shared/mask';
import { describe, expect, it } from 'vitest';
import { ANY } from './rules';
import type { EditorSession } from './session';
import { Sessions } from './sessions';
import type { LabelBackend } from './label-backend';
import { MemoryBackend } from './testing/memory-backend';

/** One memory store an image. */
class Library implements LabelBackend {
  readonly images = new Map<number, MemoryBackend>();
  reads = 0;

  of(imageId: number): MemoryBackend {
    const image = this.images.get(imageId) ?? new MemoryBackend();
    this.images.set(imageId, image);
    return image;
  }

  read(imageId: number) {
    this.reads++;
    return this.of(imageId).read();
  }

  apply(change: Parameters<LabelBackend['apply']>[0]) {
    return this.of(change.imageId).apply(change);
  }

  undo(at: Parameters<LabelBackend['undo']>[0]) {
    return this.of(at.imageId).undo(at);
  }

  redo(at: Parameters<LabelBackend['redo']>[0]) {
    return this.of(at.imageId).redo(at);
  }
}

function paint(session: EditorSession, value = 1): void {
  const gesture = session.begin('brush', ANY)!;
  gesture.write(Int32Array.of(1, 0, 5), value);
  gesture.commit();
}

const image = (id: number, version = 'a') => ({ id, version });

describe('sessions', () => {
  it('are one for an image, however often it is opened', async () => {
    const library = new Library();
    const sessions = new Sessions(library);
    const [first, second] = await Promise.all([sessions.open(image(1)), sessions.open(image(1))]);
    expect(second).toBe(first);
    expect(sessions.peek(image(1))).toBe(first);
    expect(library.reads).toBe(1);
  });

  it('are kept for the last few images only, but never forgotten while unsaved', async () => {
    const library = new Library();
    const sessions = new Sessions(library);
    const unsaved = await sessions.open(image(1));
    let open = (): void => undefined;
    library.of(1).gate = new Promise((resolve) => (open = resolve));
    paint(unsaved);
    for (let id = 2; id < 30; id++) await sessions.open(image(id));
    expect(sessions.peek(image(1))).toBe(unsaved);
    expect(sessions.peek(image(2))).toBeNull();
    expect(sessions.peek(image(29))).not.toBeNull();
    expect(sessions.saveState.kind).toBe('saving');
    open();
    await sessions.flushed();
    expect(sessions.saveState.kind).toBe('saved');
    expect(library.of(1).revision).toBe(1);
  });

  it('say that a save failed, whichever image it was of', async () => {
    const library = new Library();
    const sessions = new Sessions(library);
    const kinds: string[] = [];
    sessions.changed.on(() => kinds.push(sessions.saveState.kind));
    library.of(1).failures.push({ error: new EspalierError('DISK_FULL') });
    paint(await sessions.open(image(1)));
    await sessions.open(image(2));
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(sessions.saveState).toMatchObject({ kind: 'failed', error: { code: 'DISK_FULL' } });
    sessions.retry();
    await sessions.flushed();
    expect(kinds).toContain('failed');
    expect(kinds.at(-1)).toBe('saved');
  });

  it('are read again after labels changed in the library', async () => {
    const library = new Library();
    const sessions = new Sessions(library);
    const before = await sessions.open(image(1));
    library.of(1).map.data.fill(2);
    sessions.forget();
    const after = await sessions.open(image(1));
    expect(after).not.toBe(before);
    expect([...encodeRle(after.document.data)]).toEqual([16 * 12, 2]);
  });

  it('are new for a file that changed, and end where its size did', async () => {
    const library = new Library();
    const sessions = new Sessions(library);
    const refused: string[] = [];
    sessions.refused.on(({ error }) => refused.push(error.code));
    const before = await sessions.open(image(1));
    library.images.set(1, new MemoryBackend(8, 8));
    library.of(1).revision = 3;
    const after = await sessions.open(image(1, 'b'));
    expect(after.document.width).toBe(8);
    paint(before);
    await sessions.flushed();
    expect(refused).toEqual(['LABELS_INVALID']);
    expect(library.of(1).past).toEqual([]);
  });

  it('do not hold on to an image that could not be read', async () => {
    const library = new Library();
    const sessions = new Sessions(library);
    library.of(1).gate = Promise.reject(new EspalierError('IMAGE_UNKNOWN', { id: 1 }));
    await expect(sessions.open(image(1))).rejects.toMatchObject({ code: 'IMAGE_UNKNOWN' });
    library.of(1).gate = Promise.resolve();
    await expect(sessions.open(image(1))).resolves.toMatchObject({ imageId: 1 });
  });
});
