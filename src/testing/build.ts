import { mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';

/** The checkout. Only what is built inside it finds the packages that it leaves out. */
export const CHECKOUT = resolve(import.meta.dirname, '../..');

/** For tests: a new folder inside the checkout, for programs that need its packages. @param name of what is tested */
export const folderForTests = (name: string): string => mkdtempSync(join(CHECKOUT, 'node_modules', `.${name}-test-`));

/**
 * For tests: builds programs of the application into a folder, as CommonJS.
 * @param programs name of each built file without its extension, and its source from `src/main`
 * @param external packages that are not built in; without it none is
 */
export async function buildForTests(
  folder: string,
  programs: Readonly<Record<string, string>>,
  external?: readonly string[],
): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@shared': resolve(CHECKOUT, 'src/shared') } },
    ...(external && { ssr: { noExternal: true, external: [...external] } }),
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: {
        input: Object.fromEntries(Object.entries(programs).map(([name, source]) => [name, resolve(CHECKOUT, 'src/main', source)])),
        output: { format: 'cjs', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
}
