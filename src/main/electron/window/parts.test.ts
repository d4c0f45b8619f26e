import { describe, expect, it } from 'vitest';
import { EspalierError } from '@shared/errors';
import { answerWithParts } from './parts';

const parts = [Uint8Array.of(1, 2), Uint8Array.of(3), Uint8Array.of(4, 5)];
const moment = () => new Promise(setImmediate);

describe('an answer in parts', () => {
  it('holds them all, in order, however late they come', async () => {
    const answer = await answerWithParts(async ({ onProgress }) => {
      for (const part of parts) {
        onProgress?.(part);
        await moment();
      }
      return null;
    });
    expect(answer.headers.get('content-type')).toBe('image/bmp');
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([1, 2, 3, 4, 5]);
  });

  it('is the error of a call that fails before the first', async () => {
    const failing = answerWithParts(() => Promise.reject(new EspalierError('IMAGE_UNKNOWN', { id: 3 })));
    await expect(failing).rejects.toMatchObject({ code: 'IMAGE_UNKNOWN' });
  });

  it('breaks off with a call that fails later', async () => {
    const answer = await answerWithParts(async ({ onProgress }) => {
      onProgress?.(parts[0]!);
      await moment();
      throw new EspalierError('CHILD_EXITED', { child: 'library', reason: 'SIGKILL' });
    });
    await expect(answer.arrayBuffer()).rejects.toMatchObject({ code: 'CHILD_EXITED' });
  });

  it('aborts the call when nobody wants it any more', async () => {
    let signal: AbortSignal | undefined;
    const answer = await answerWithParts((options) => {
      signal = options.signal;
      options.onProgress?.(parts[0]!);
      return new Promise((_resolve, reject) => signal!.addEventListener('abort', () => reject(new EspalierError('CANCELLED'))));
    });
    await answer.body!.cancel();
    await moment();
    expect(signal!.aborted).toBe(true);
  });
});
