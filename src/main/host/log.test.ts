import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { EspalierError } from '@shared/errors';
import { Log } from './log';

const folder = mkdtempSync(join(tmpdir(), 'espalier-log-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the log', () => {
  it('rotates and keeps three files of at most a megabyte', () => {
    const log = new Log(folder);
    for (let i = 0; i < 5000; i++) log.write('x'.repeat(1000));
    expect(readdirSync(folder).sort()).toEqual(['espalier.log', 'espalier.log.1', 'espalier.log.2']);
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).size).toBeLessThanOrEqual(1_000_000);
  });

  it('holds the detail that the user is spared', () => {
    const log = new Log(folder);
    log.error(new EspalierError('DISK_FULL', {}, { cause: new Error('ENOSPC: write') }));
    expect(readFileSync(log.file, 'utf8')).toContain('ENOSPC: write');
  });
});
