import { parseArgs } from 'node:util';
import { messageOf } from '../setup/errors.mjs';
import { backbonesCheck } from './backbones.mjs';
import { componentChecks } from './components.mjs';
import { machineChecks } from './machine.mjs';
import { table } from './table.mjs';
import { tensorflowCheck } from './tensorflow.mjs';

/**
 * One line of the doctor's table.
 * @typedef {object} Check
 * @property {string} name
 * @property {'ok' | 'missing' | 'note'} state `note`: Espalier works without it, or with less
 * @property {string} detail
 * @property {string} [remedy] how to get what is missing
 */

const help = `Usage: npm run espalier -- doctor [--json]

Shows in one table what Espalier found on this machine: versions, backend, devices, memory, disk, weights, display,
which backbone suits it (half a minute of measuring), what is missing and how to get it. The exit code is 1 when something that Espalier needs is missing.

  --json   print {"ok", "checks": [{"name", "state", "detail", "remedy"}]} instead
`;

/**
 * @param {string[]} args
 * @returns {Promise<number>} exit code
 */
export async function doctor(args) {
  let values;
  try {
    ({ values } = parseArgs({ args, options: { json: { type: 'boolean' }, help: { type: 'boolean' } } }));
  } catch (error) {
    process.stderr.write(`${messageOf(error)} Try --help.\n`);
    return 2;
  }
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const components = await componentChecks();
  const complete = components.every((check) => check.state !== 'missing');
  /** @type {Check[]} */
  const checks = [
    ...(await machineChecks({ complete })),
    ...components,
    ...(await tensorflowCheck()),
    ...(complete ? await backbonesCheck() : []),
  ];
  const ok = checks.every((check) => check.state !== 'missing');
  process.stdout.write(values.json ? `${JSON.stringify({ ok, checks })}\n` : table(checks));
  return ok ? 0 : 1;
}
