/** `npm run check`: types, lint and unit tests. All of them run even when one fails. */
import { lint, typecheck, unitTests } from './steps.mjs';
import { setupOrExit } from './setup/index.mjs';

const runtime = await setupOrExit();
const failed = [];
for (const [name, step] of /** @type {const} */ ([
  ['typecheck', typecheck],
  ['lint', lint],
  ['unit tests', async () => (await unitTests(runtime)).failed === 0],
])) {
  if (!(await step())) failed.push(name);
}
process.stdout.write(failed.length === 0 ? 'All checks passed.\n' : `Failed: ${failed.join(', ')}.\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
