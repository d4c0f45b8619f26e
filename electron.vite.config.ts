import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';

const from = (path: string): string => resolve(import.meta.dirname, path);
const alias = { '@shared': from('src/shared') };

// Main and preload are CommonJS and the renderer targets Chromium 114, so that the same build runs on every Electron since 25.
export default defineConfig({
  main: {
    resolve: { alias },
    build: {
      target: 'node18',
      externalizeDeps: true,
      rollupOptions: {
        input: {
          index: from('src/main/electron/index.ts'),
          cli: from('src/main/cli/entry/index.ts'),
          library: from('src/main/library/index.ts'),
          'library-reader': from('src/main/library/reader/thread.mjs'),
          engine: from('src/main/engine/index.ts'),
          'engine-record': from('src/main/engine/record.ts'),
          'engine-worker': from('src/main/engine/data/worker.ts'),
        },
        output: { format: 'cjs', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: 'node18',
      rollupOptions: {
        input: { index: from('src/main/electron/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].js' },
      },
    },
  },
  renderer: {
    root: from('src/renderer'),
    base: './',
    resolve: { alias },
    plugins: [svelte()],
    build: {
      target: 'chrome114',
      cssTarget: 'chrome114',
      rollupOptions: { input: from('src/renderer/index.html') },
    },
  },
});
