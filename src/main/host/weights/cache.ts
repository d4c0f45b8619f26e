import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Backbone } from '@shared/settings';

/**
 * Where downloads and converted weights are kept, outside any project: `ESPALIER_CACHE`, else the platform's cache folder.
 * The set-up script has the same rule.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env['ESPALIER_CACHE']) return env['ESPALIER_CACHE'];
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'espalier');
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'espalier');
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'espalier');
}

/** Where downloads wait until they are whole and have been made use of. */
export function downloadsFolder(cache: string = cacheFolder()): string {
  return join(cache, 'downloads');
}

/** The pretrained weights of a backbone. */
export function weightsFile(backbone: Backbone, cache: string = cacheFolder()): string {
  return join(cache, 'weights', `${backbone}.safetensors`);
}
