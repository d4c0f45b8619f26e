/**
 * `npm test`: provides what is missing, then types, lint, build, unit tests and the journeys on the real app.
 * The last line counts the tests; types, lint and build count only when they fail. A step that cannot start fails.
 */
import { build } from './build.mjs';
import { sum, summary } from './results.mjs';
import { setupOrTell } from './setup/index.mjs';
import { journeys, lint, typecheck, unitTests } from './steps.mjs';

/**
 * @param {string} name
 * @param {boolean} passed
 * @returns {import('./results.mjs').Counts}
 */
function verdict(name, passed) {
  if (!passed) process.stdout.write(`${name} failed.\n`);
  return { passed: 0, failed: passed ? 0 : 1, skipped: 0 };
}

const runtime = await setupOrTell();
const parts = [verdict('Set-up', runtime !== undefined)];
if (runtime) {
  parts.push(verdict('Type check', await typecheck()), verdict('Lint', await lint()));
  const built = await build(runtime);
  parts.push(verdict('Build', built), await unitTests(runtime));
  if (built) parts.push(await journeys(runtime));
  else process.stdout.write('The journeys on the real app were not run, because the build failed.\n');
}

const total = sum(parts);
process.stdout.write(`\n${summary(total)}\n`);
process.exitCode = total.failed > 0 ? 1 : 0;
