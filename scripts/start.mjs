/** `npm start`: provides what is missing, builds what changed, opens the app with the sample project (or the folder that is named). */
import { resolve } from 'node:path';
import { buildOrExit } from './build.mjs';
import { appEnvironment, userFolder } from './runtime.mjs';
import { runCli } from './cli.mjs';
import { setupOrExit } from './setup/index.mjs';
import { root } from './setup/paths.mjs';
import { runInTerminal } from './setup/run.mjs';
import { unsetFuses } from './setup/fuses.mjs';
import { protectionNotes, runsAsRoot, sandboxRemedy } from './setup/sandbox.mjs';
import { hasDisplay } from './setup/system.mjs';

const runtime = await setupOrExit();
await buildOrExit(runtime);

if (!hasDisplay()) {
  process.stderr.write('There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so the same job runs without a window.\n');
  process.exit(await runCli(runtime, ['demo', ...process.argv.slice(2)]));
}

const remedy = sandboxRemedy(runtime.electron);
if (remedy) {
  process.stderr.write(`${remedy}\n`);
  process.exit(1);
}

const named = process.argv.slice(2).map((argument) => (argument.startsWith('-') ? argument : resolve(userFolder, argument)));
const asRoot = runsAsRoot() ? ['--no-sandbox'] : [];
const protection = {
  version: runtime.electronVersion,
  official: runtime.electronOfficial,
  unsetFuses: await unsetFuses(runtime.electron),
};
for (const note of protectionNotes(protection)) process.stderr.write(`${note}\n`);
const args = [root, ...(named.length > 0 ? named : ['--sample']), ...asRoot];
process.exit(await runInTerminal(runtime.electron, args, { env: appEnvironment(runtime) }));
