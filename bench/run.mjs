/**
 * Bundles a benchmark and runs it on the Node that the engine runs on: `node bench/run.mjs step [--option value …]`.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { appEnvironment, childNode } from '../scripts/runtime.mjs';
import provideInspectable from '../scripts/setup/inspectable.mjs';
import { setupOrTell } from '../scripts/setup/index.mjs';
import { root } from '../scripts/setup/paths.mjs';
import { runInTerminal } from '../scripts/setup/run.mjs';

const [name, ...args] = process.argv.slice(2);
const runtime = await setupOrTell();
if (!runtime || !name) {
  process.exitCode = 1;
} else {
  const inputs = readdirSync(join(root, 'bench'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(root, 'bench', file));
  const outDir = join(root, 'out', 'bench');
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    resolve: { alias: { '@shared': join(root, 'src', 'shared') } },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      rollupOptions: { input: inputs, output: { entryFileNames: '[name].mjs', chunkFileNames: 'shared-[name].mjs' } },
    },
  });
  await provideInspectable();
  const { command, env } = childNode(runtime);
  process.exitCode = await runInTerminal(command, [join(outDir, `${name}.mjs`), ...args], { env: { ...appEnvironment(runtime), ...env } });
}
