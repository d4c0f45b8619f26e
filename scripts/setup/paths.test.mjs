import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { cacheDir } from './paths.mjs';

it.each(
  /** @type {[NodeJS.Platform, NodeJS.ProcessEnv, string][]} */ ([
    ['linux', {}, join(homedir(), '.cache', 'espalier')],
    ['linux', { XDG_CACHE_HOME: '/xdg' }, join('/xdg', 'espalier')],
    ['darwin', {}, join(homedir(), 'Library', 'Caches', 'espalier')],
    ['win32', { LOCALAPPDATA: '/local' }, join('/local', 'espalier')],
    ['linux', { ESPALIER_CACHE: '/chosen', XDG_CACHE_HOME: '/xdg' }, resolve('/chosen')],
  ]),
)('caches on %s with %o in %s', (platform, env, expected) => {
  expect(cacheDir(env, platform)).toBe(expected);
});
