import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { takeLock } from './lock.mjs';

const file = () => join(mkdtempSync(join(tmpdir(), 'espalier-')), 'setup.lock');

it('makes the second wait for the first', async () => {
  const lock = file();
  /** @type {string[]} */
  const order = [];
  const first = await takeLock(lock, () => order.push('the first waited'));
  const second = takeLock(lock, () => {
    order.push('the second waits');
    order.push('the first ends');
    first();
  });
  const release = await second;
  order.push('the second works');
  release();
  expect(order).toEqual(['the second waits', 'the first ends', 'the second works']);
  expect(readdirSync(dirname(lock))).toEqual([]);
});

it('takes over from a process that is gone', async () => {
  const lock = file();
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(lock, String(pid));
  const release = await takeLock(lock, () => expect.unreachable());
  release();
  expect(existsSync(lock)).toBe(false);
});
