import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findElectron } from './electron.mjs';
import { readFuses, unsetFuses } from './fuses.mjs';
import provideInspectable from './inspectable.mjs';
import { runtimeFile } from './paths.mjs';

/** @type {{ electron: string }} */
const { electron } = JSON.parse(readFileSync(runtimeFile, 'utf8'));
const original = findElectron()?.executable ?? '';
const folder = mkdtempSync(join(tmpdir(), 'espalier-'));
const script = join(folder, 'script.cjs');
const app = join(folder, 'app');

beforeAll(async () => {
  await provideInspectable();
  writeFileSync(script, 'globalThis.injected = true;');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{ "name": "app", "main": "main.cjs" }');
  writeFileSync(
    join(app, 'main.cjs'),
    `const { url } = require('node:inspector');
     const seen = { injected: globalThis.injected === true, window: process.type === 'browser', inspected: url() !== undefined };
     process.stdout.write(JSON.stringify(seen) + '\\n');
     if (seen.window) require('electron').app.exit(0);`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * What an application sees that this Electron starts.
 * @param {string} executable
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} [args]
 */
function seenBy(executable, env, args = []) {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const output = execFileSync(executable, [...args, app, ...sandbox], {
    env: { ...process.env, NODE_OPTIONS: undefined, ELECTRON_RUN_AS_NODE: undefined, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(output);
}

describe('the Electron that users start', () => {
  it('has its fuses set, as its own bytes say', async () => {
    const fuses = await readFuses(electron);
    expect(fuses).toMatchObject({ RunAsNode: false, EnableNodeOptionsEnvironmentVariable: false, EnableNodeCliInspectArguments: false });
    expect(fuses.GrantFileProtocolExtraPrivileges ?? false).toBe(false); // Older ones have no such fuse.
    expect(await unsetFuses(electron)).toEqual([]);
  });

  it('is no Node for whoever sets ELECTRON_RUN_AS_NODE', () => {
    const env = { ELECTRON_RUN_AS_NODE: '1' };
    expect(seenBy(original, env)).toMatchObject({ window: false });
    expect(seenBy(electron, env)).toMatchObject({ window: true });
  });

  it('runs nothing that NODE_OPTIONS names', () => {
    const env = { NODE_OPTIONS: `--require ${script}` };
    expect(seenBy(original, env)).toMatchObject({ injected: true });
    expect(seenBy(electron, env)).toEqual({ injected: false, window: true, inspected: false });
  });

  it('lets nobody look into it by --inspect, which the one of the journeys does', () => {
    expect(seenBy(electron, {}, ['--inspect=0'])).toMatchObject({ inspected: false });
    expect(seenBy(process.env.ESPALIER_INSPECTABLE ?? '', {}, ['--inspect=0'])).toMatchObject({ inspected: true });
  });
});

it('leaves the Electron it is made of as it came', async () => {
  expect(await unsetFuses(original)).toEqual(expect.arrayContaining(['RunAsNode', 'EnableNodeOptionsEnvironmentVariable']));
});

it('gives the journeys an Electron that differs in one fuse alone', async () => {
  const [theirs, users] = [await readFuses(process.env.ESPALIER_INSPECTABLE ?? ''), await readFuses(electron)];
  expect({ ...theirs, EnableNodeCliInspectArguments: false }).toEqual(users);
});
