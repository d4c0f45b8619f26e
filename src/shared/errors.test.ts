import { readdirSync, readFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { EspalierError, MESSAGES, messageOf, type ErrorCode, reasonOf, toEspalierError } from './errors';

describe('errors', () => {
  it('fill their parameters into one sentence', () => {
    expect(messageOf('TRAIN_NAN', { step: 12 })).toContain('at step 12');
    expect(new EspalierError('IMAGE_UNKNOWN', { id: 3 }).message).toBe('There is no image number 3 in this project.');
  });

  it.each([1, 2])('agree with the number they speak of: %d', (n) => {
    const one = n === 1;
    expect(messageOf('SUBSETS_FEW', { groups: n, subsets: 3 })).toBe(
      `There ${one ? 'is only 1 image or group that stays' : 'are only 2 images or groups that stay'} together for 3 subsets; add images, or keep less together.`,
    );
    const params = { count: n, lost: n, edits: n, groups: n, subsets: 3, imported: n, total: n };
    for (const code of Object.keys(MESSAGES) as ErrorCode[]) {
      const sentence = messageOf(code, params);
      expect(sentence).not.toContain('|');
      if (one && code !== 'LIBRARY_FAILING') expect(sentence).not.toMatch(/\b1 (\{\w+\} )?(\w+s|were|are|have)\b/);
    }
  });

  it('are recognised by what the system says', () => {
    expect(toEspalierError(Object.assign(new Error('no space'), { code: 'ENOSPC' })).code).toBe('DISK_FULL');
    expect(toEspalierError(Object.assign(new Error('full'), { code: 'SQLITE_FULL' })).code).toBe('DISK_FULL');
    expect(toEspalierError(new DOMException('stop', 'AbortError')).code).toBe('CANCELLED');
    expect(toEspalierError('odd')).toMatchObject({ code: 'UNEXPECTED', params: { detail: 'odd' } });
  });

  /** What Node really throws. */
  const thrown = (work: () => unknown): unknown => {
    try {
      work();
    } catch (error) {
      return error;
    }
    throw new Error('nothing was thrown');
  };
  const coded = (code: string): Error => Object.assign(new Error(`${code}: ${NODE}, open '/x'`), { code });
  const NODE = 'the words of Node';

  it.each([
    [thrown(() => readFileSync('/nowhere/at/all')), 'FILE_GONE'],
    [thrown(() => readFileSync(import.meta.dirname)), 'FILE_KIND'],
    [thrown(() => readdirSync(import.meta.filename)), 'FILE_KIND'],
    [thrown(() => readFileSync(`${import.meta.filename}/x`)), 'FILE_KIND'],
    [thrown(() => inflateSync(deflateSync(Buffer.alloc(100)), { maxOutputLength: 10 })), 'FILE_TOO_LARGE'],
    [thrown(() => new Uint8Array(2 ** 53)), 'FILE_TOO_LARGE'],
    [coded('EIO'), 'DISK_ERROR'],
    [coded('SQLITE_IOERR_READ'), 'DISK_ERROR'],
    [coded('ESTALE'), 'FILE_GONE'],
    [coded('EACCES'), 'FILE_DENIED'],
    [coded('EMFILE'), 'FILES_TOO_MANY'],
    [coded('EDQUOT'), 'DISK_FULL'],
  ])('of files and disks have a sentence of ours, and no words of Node: %s', (error, code) => {
    const ours = toEspalierError(error);
    expect(ours).toMatchObject({ code, cause: error });
    for (const text of [ours.message, reasonOf(error)]) expect(text).not.toMatch(/E[A-Z]{3,}|SQLITE|Buffer|Invalid|words of Node|\{/);
  });

  it('nobody foresaw keep their details for the log', () => {
    const odd = new TypeError('x is not a function');
    expect(toEspalierError(odd)).toMatchObject({ code: 'UNEXPECTED', cause: odd });
    expect(toEspalierError(odd).message).not.toContain('function');
  });
});
