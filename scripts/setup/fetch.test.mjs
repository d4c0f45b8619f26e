import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { Progress } from './progress.mjs';

const content = 'the package';
const pin = {
  name: '@somebody/package',
  version: '1.2.3',
  integrity: `sha512-${createHash('sha512').update(content).digest('base64')}`,
  size: content.length,
};
const progress = new Progress({ quiet: true });
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'espalier-'));
  vi.stubEnv('ESPALIER_CACHE', folder);
  vi.resetModules();
});

/**
 * Puts a program in npm's place.
 * @param {string} body run with `folder` being where the archive is expected
 */
async function withNpm(body) {
  const script = join(folder, 'npm-cli.js');
  const prelude = `const fs = require('fs'); const folder = process.argv.find((a) => a.startsWith('--pack-destination=')).slice(19);`;
  writeFileSync(script, prelude + body);
  vi.stubEnv('npm_execpath', script);
  return await import('./fetch.mjs');
}

const file = () => join(folder, 'downloads', '_somebody_package-1.2.3.tgz');

it('keeps a download that has the pinned hash', async () => {
  const { fetchNpm } = await withNpm(`fs.writeFileSync(folder + '/x.tgz', ${JSON.stringify(content)})`);
  expect(await fetchNpm(pin, progress)).toBe(file());
  expect(readFileSync(file(), 'utf8')).toBe(content);
});

it('throws away a download that has not, and says so in one sentence', async () => {
  const { fetchNpm } = await withNpm(`fs.writeFileSync(folder + '/x.tgz', 'something else')`);
  await expect(fetchNpm(pin, progress)).rejects.toThrow(/does not have the expected hash .* run the same command again/);
  expect(existsSync(file())).toBe(false);
  expect(existsSync(`${file()}.part`)).toBe(false);
});

it('does not use a file that was damaged later, but downloads again', async () => {
  mkdirSync(dirname(file()), { recursive: true });
  writeFileSync(file(), content.replace('p', 'q'));
  const { fetchNpm } = await withNpm(`fs.writeFileSync(folder + '/x.tgz', ${JSON.stringify(content)})`);
  await fetchNpm(pin, progress);
  expect(readFileSync(file(), 'utf8')).toBe(content);
});

it('does not ask npm again for a download that an interrupted run completed', async () => {
  mkdirSync(dirname(file()), { recursive: true });
  writeFileSync(file(), content);
  const { fetchNpm } = await withNpm(`process.exit(1)`);
  expect(await fetchNpm(pin, progress)).toBe(file());
});

it('names the network when npm fails, and the disk when it is full', async () => {
  const { fetchNpm } = await withNpm(`console.error('ENOTFOUND'); process.exit(1)`);
  await expect(fetchNpm(pin, progress)).rejects.toThrow(/could not be downloaded: check the network/);
  const full = await withNpm(`console.error('ENOSPC: no space left on device'); process.exit(1)`);
  await expect(full.fetchNpm(pin, progress)).rejects.toThrow(/disk .* is full/);
});
