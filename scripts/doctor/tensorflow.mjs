import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChildNode } from '../setup/node.mjs';
import { tfjsDir } from '../setup/paths.mjs';
import { run } from '../setup/run.mjs';

/** @typedef {import('./index.mjs').Check} Check */

const name = 'TensorFlow at work';

/**
 * Loads TensorFlow in the Node of the child processes and multiplies two matrices.
 * @returns {Promise<Check[]>} none when it is not installed, which another check says
 */
export async function tensorflowCheck() {
  const node = findChildNode();
  if (!node || !existsSync(join(tfjsDir, 'lib'))) return [];
  const probe = fileURLToPath(new URL('probe.mjs', import.meta.url));
  const { code, output } = await run(node, [probe], {
    env: { ELECTRON_RUN_AS_NODE: '1', TF_CPP_MIN_LOG_LEVEL: '2' },
    timeout: 120_000,
  });
  const line = output.split('\n').find((text) => text.startsWith('{'));
  if (code !== 0 || !line) {
    const reason = /^(?:Error|.*Error:).*$/m.exec(output)?.[0] ?? `exit code ${code}`;
    return [{ name, state: 'missing', detail: `could not be loaded (${reason})`, remedy: 'delete node_modules, then npm run setup' }];
  }
  /** @type {{ backend: string, gpu: boolean, node: string }} */
  const seen = JSON.parse(line);
  return [{ name, state: 'ok', detail: `backend ${seen.backend}, device ${seen.gpu ? 'GPU' : 'CPU'}, in Node ${seen.node}` }];
}
