import { describe, expect, it } from 'vitest';
import { EspalierError, messageOf, toEspalierError } from './errors';

describe('errors', () => {
  it('fill their parameters into one sentence', () => {
    expect(messageOf('TRAIN_NAN', { step: 12 })).toContain('at step 12');
    expect(new EspalierError('IMAGE_UNKNOWN', { id: 3 }).message).toBe('There is no image number 3 in this project.');
  });

  it('are recognised by what the system says', () => {
    expect(toEspalierError(Object.assign(new Error('no space'), { code: 'ENOSPC' })).code).toBe('DISK_FULL');
    expect(toEspalierError(Object.assign(new Error('full'), { code: 'SQLITE_FULL' })).code).toBe('DISK_FULL');
    expect(toEspalierError(new DOMException('stop', 'AbortError')).code).toBe('CANCELLED');
    expect(toEspalierError('odd')).toMatchObject({ code: 'UNEXPECTED', params: { detail: 'odd' } });
  });
});
