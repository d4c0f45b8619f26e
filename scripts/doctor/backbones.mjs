import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { appEnvironment, childNode } from '../runtime.mjs';
import { findChildNode } from '../setup/node.mjs';
import { cache, root } from '../setup/paths.mjs';
import { run } from '../setup/run.mjs';

/** @typedef {import('./index.mjs').Check} Check */

const name = 'Backbones';
/** Long, for an old machine. */
const TIMEOUT = 600_000;

/**
 * Which backbone suits this machine, by the command line's own measurement.
 * @returns {Promise<Check[]>} none where the program is not built yet, which the first start does
 */
export async function backbonesCheck() {
  const node = findChildNode();
  const cli = join(root, 'out', 'main', 'cli.js');
  if (!node || !existsSync(cli)) return [];
  const runtime = { childNode: node, cache };
  const { command, env } = childNode(runtime);
  const { code, output } = await run(command, [cli, 'backbones', '--json'], {
    env: { ...appEnvironment(runtime), ...env },
    timeout: TIMEOUT,
  });
  const line = output.split('\n').findLast((text) => text.startsWith('{') && text.includes('"advice"'));
  if (code !== 0 || !line) return [{ name, state: 'note', detail: `could not be measured (exit code ${code})` }];
  return [{ name, state: 'ok', detail: JSON.parse(line).advice }];
}
