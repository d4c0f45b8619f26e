/** `npm run espalier -- COMMAND …`: the command line. Standard output carries only the command's own, so that `--json` stays clean. */
import { buildOrExit } from './build.mjs';
import { runCli } from './cli.mjs';
import { doctor } from './doctor/index.mjs';
import { setupOrExit } from './setup/index.mjs';

const args = process.argv.slice(2);

if (args[0] === 'doctor') {
  process.exit(await doctor(args.slice(1))); // It must work where set-up does not.
}
const runtime = await setupOrExit({ quiet: !process.stderr.isTTY });
await buildOrExit(runtime);
process.exit(await runCli(runtime, args));
