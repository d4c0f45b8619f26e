import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The layers, the most specific folder first, each with the layers it may import besides itself. */
const LAYERS: readonly { readonly folder: string; readonly may: readonly string[]; readonly packages: readonly string[] | 'any' }[] = [
  { folder: 'shared', may: [], packages: ['zod'] },
  { folder: 'shared/protocol', may: ['shared'], packages: ['zod'] },
  { folder: 'shared/rpc', may: ['shared', 'shared/protocol'], packages: ['zod'] },
  // For tests alone.
  { folder: 'testing', may: ['shared', 'shared/rpc'], packages: ['node:fs', 'node:path', 'vite'] },
  // Files of images, read and written.
  { folder: 'main/media/failure', may: ['shared'], packages: ['node:path'] },
  { folder: 'main/media/tiff', may: ['main/media/failure'], packages: ['node:fs', 'node:util', 'node:zlib'] },
  {
    folder: 'main/media',
    may: ['shared', 'main/media/failure', 'main/media/tiff'],
    packages: ['node:crypto', 'node:fs', 'node:path', 'node:stream', 'node:util', 'node:zlib', 'sharp'],
  },
  // The engine, from the bottom up.
  { folder: 'main/engine/ops', may: [], packages: ['@tensorflow/tfjs-core'] },
  { folder: 'main/engine/core', may: ['shared', 'main/engine/ops'], packages: ['@tensorflow/tfjs-core', 'zod'] },
  // Plain data, for whoever needs to know of a backbone.
  { folder: 'main/engine/model/backbones', may: ['shared'], packages: [] },
  {
    folder: 'main/engine/process',
    may: [],
    packages: ['@tensorflow/tfjs-node-gpu', 'node:os', 'node:timers', 'node:util', 'node:v8', 'node:vm'],
  },
  {
    folder: 'main/engine/compile',
    may: ['main/engine/process'],
    packages: ['@tensorflow/tfjs-core', 'node:crypto', 'node:fs', 'node:path', 'zod'],
  },
  { folder: 'main/engine/figures', may: ['shared'], packages: ['d3-array'] },
  {
    folder: 'main/engine/model',
    may: [
      'shared',
      'shared/protocol',
      'main/media/files',
      'main/host/weights/cache',
      'main/engine/model/backbones',
      'main/engine/ops',
      'main/engine/compile',
    ],
    packages: ['@tensorflow/tfjs-core', 'node:fs', 'node:path', 'node:util', 'node:v8', 'node:zlib', 'node:worker_threads', 'zod'],
  },
  {
    folder: 'main/engine/data',
    may: ['shared', 'main/media', 'main/media/failure', 'main/engine/model/backbones', 'main/engine/model'],
    packages: ['node:path', 'node:worker_threads'],
  },
  {
    folder: 'main/engine/checkpoint',
    may: ['shared', 'main/media', 'main/engine/core', 'main/engine/compile', 'main/engine/model'],
    packages: ['@tensorflow/tfjs-core', 'node:fs', 'node:path', 'zod'],
  },
  {
    folder: 'main/engine/pruning',
    may: [
      'shared',
      'shared/protocol',
      'shared/rpc',
      'main/media',
      'main/engine/core',
      'main/engine/ops',
      'main/engine/process',
      'main/engine/compile',
      'main/engine/figures',
      'main/engine/model',
      'main/engine/data',
      'main/engine/checkpoint',
    ],
    packages: ['@tensorflow/tfjs-core', 'node:path'],
  },
  {
    folder: 'main/engine/methods',
    may: [
      'shared',
      'shared/protocol',
      'shared/rpc',
      'main/engine/core',
      'main/engine/process',
      'main/engine/compile',
      'main/engine/model',
      'main/engine/data',
      'main/engine/checkpoint',
      'main/engine/pruning',
    ],
    packages: ['@tensorflow/tfjs-core'],
  },
  // What TensorFlow computes; the folders below say when.
  {
    folder: 'main/engine/programs',
    may: [
      'shared',
      'main/engine/core',
      'main/engine/ops',
      'main/engine/process',
      'main/engine/compile',
      'main/engine/model/backbones',
      'main/engine/model',
      'main/engine/data',
      'main/engine/checkpoint',
      'main/engine/pruning',
      'main/engine/methods',
    ],
    packages: ['@tensorflow/tfjs-core', 'node:child_process', 'node:fs', 'node:os', 'node:path', 'zod'],
  },
  { folder: 'main/engine/progress', may: ['shared', 'shared/protocol', 'main/engine/compile'], packages: [] },
  {
    folder: 'main/engine/predict',
    may: [
      'shared',
      'shared/protocol',
      'shared/rpc',
      'main/media',
      'main/engine/core',
      'main/engine/process',
      'main/engine/compile',
      'main/engine/figures',
      'main/engine/model/backbones',
      'main/engine/model',
      'main/engine/data',
      'main/engine/checkpoint',
      'main/engine/pruning',
      'main/engine/methods',
      'main/engine/programs',
    ],
    packages: ['node:fs', 'node:path', 'zod'],
  },
  { folder: 'main/engine/deploy/onnx', may: ['main/engine/compile'], packages: [] },
  {
    folder: 'main/engine/deploy',
    may: [
      'shared',
      'shared/protocol',
      'main/media',
      'main/engine/ops',
      'main/engine/process',
      'main/engine/compile',
      'main/engine/model/backbones',
      'main/engine/model',
      'main/engine/checkpoint',
      'main/engine/predict',
      'main/engine/deploy/onnx',
    ],
    packages: ['@tensorflow/tfjs-core', 'node:crypto', 'node:fs', 'node:path', 'zod'],
  },
  {
    folder: 'main/engine/tune',
    may: [
      'shared',
      'shared/protocol',
      'shared/rpc',
      'main/media',
      'main/engine/core',
      'main/engine/process',
      'main/engine/compile',
      'main/engine/model/backbones',
      'main/engine/model',
      'main/engine/data',
      'main/engine/checkpoint',
      'main/engine/methods',
      'main/engine/programs',
      'main/engine/progress',
      'main/engine/predict',
    ],
    packages: ['node:fs/promises', 'node:path', 'zod'],
  },
  {
    folder: 'main/engine/head',
    may: [
      'shared',
      'shared/protocol',
      'shared/rpc',
      'main/media',
      'main/engine/core',
      'main/engine/process',
      'main/engine/compile',
      'main/engine/model/backbones',
      'main/engine/model',
      'main/engine/data',
      'main/engine/checkpoint',
      'main/engine/methods',
      'main/engine/programs',
      'main/engine/progress',
      'main/engine/predict',
      'main/engine/tune',
    ],
    packages: ['@tensorflow/tfjs-core', 'node:crypto', 'node:fs', 'node:path', 'node:zlib', 'sharp', 'zod'],
  },
  {
    folder: 'main/engine/preview',
    may: [
      'shared',
      'shared/protocol',
      'shared/rpc',
      'main/media',
      'main/engine/core',
      'main/engine/ops',
      'main/engine/process',
      'main/engine/compile',
      'main/engine/model',
      'main/engine/data',
      'main/engine/checkpoint',
      'main/engine/programs',
      'main/engine/predict',
      'main/engine/head',
    ],
    packages: ['@tensorflow/tfjs-core', 'lru-cache', 'node:fs/promises', 'node:path'],
  },
  {
    folder: 'main/engine/suggest',
    may: [
      'shared',
      'shared/protocol',
      'shared/rpc',
      'main/media',
      'main/engine/process',
      'main/engine/data',
      'main/engine/predict',
      'main/engine/head',
    ],
    packages: [],
  },
  {
    folder: 'main/engine/run',
    may: [
      'shared',
      'shared/protocol',
      'shared/rpc',
      'main/engine/core',
      'main/engine/process',
      'main/engine/compile',
      'main/engine/model/backbones',
      'main/engine/model',
      'main/engine/data',
      'main/engine/checkpoint',
      'main/engine/pruning',
      'main/engine/methods',
      'main/engine/programs',
      'main/engine/progress',
      'main/engine/predict',
    ],
    packages: ['node:os', 'node:path'],
  },
  // For tests alone.
  {
    folder: 'main/engine/testing',
    may: ['shared', 'shared/rpc', 'testing', 'main/media', 'main/engine'],
    packages: ['@tensorflow/tfjs-core', 'node:child_process', 'node:fs', 'node:module', 'node:os', 'node:path', 'sharp', 'vitest'],
  },
  {
    folder: 'main/engine',
    may: [
      'main/engine/deploy',
      'shared',
      'shared/protocol',
      'shared/rpc',
      'main/host/process/child-port',
      'main/engine/process',
      'main/engine/compile',
      'main/engine/model',
      'main/engine/data',
      'main/engine/checkpoint',
      'main/engine/programs',
      'main/engine/predict',
      'main/engine/head',
      'main/engine/preview',
      'main/engine/run',
      'main/engine/suggest',
      'main/engine/tune',
    ],
    packages: ['@tensorflow/tfjs-core', 'node:os'],
  },
  // The library, from the bottom up.
  { folder: 'main/library/migrations', may: [], packages: ['better-sqlite3'] },
  { folder: 'main/library/reader', may: [], packages: ['better-sqlite3', 'node:worker_threads', 'zod'] },
  { folder: 'main/library/queries', may: ['shared', 'shared/protocol', 'main/library/reader'], packages: ['better-sqlite3'] },
  { folder: 'main/library/files', may: ['shared', 'main/media'], packages: ['better-sqlite3', 'node:fs', 'node:path'] },
  { folder: 'main/library/progress', may: ['shared', 'shared/protocol'], packages: [] },
  {
    folder: 'main/library/database',
    may: ['shared', 'main/library/migrations', 'main/library/files'],
    packages: ['better-sqlite3', 'node:fs'],
  },
  {
    folder: 'main/library/backups',
    may: ['shared', 'shared/protocol', 'main/media', 'main/library/files', 'main/library/database'],
    packages: ['better-sqlite3', 'node:fs', 'node:path'],
  },
  { folder: 'main/library/labels', may: ['shared', 'shared/protocol', 'main/library/queries'], packages: ['better-sqlite3', 'node:zlib'] },
  {
    folder: 'main/library/project',
    may: ['shared', 'shared/protocol', 'main/library/files', 'main/library/reader', 'main/library/queries', 'main/library/labels'],
    packages: ['better-sqlite3'],
  },
  { folder: 'main/library/classes', may: ['shared', 'main/library/queries', 'main/library/project'], packages: [] },
  {
    folder: 'main/library/images',
    may: [
      'shared',
      'shared/protocol',
      'shared/rpc',
      'main/media/failure',
      'main/media',
      'main/library/files',
      'main/library/progress',
      'main/library/queries',
      'main/library/project',
    ],
    packages: ['node:crypto', 'node:fs', 'node:path', 'node:stream', 'sharp'],
  },
  {
    folder: 'main/library/review',
    may: ['shared', 'shared/protocol', 'main/library/queries', 'main/library/labels', 'main/library/project', 'main/library/classes'],
    packages: [],
  },
  {
    folder: 'main/library/subsets',
    may: ['shared', 'shared/protocol', 'main/library/project'],
    packages: ['node:path'],
  },
  {
    folder: 'main/library/runs',
    may: [
      'shared',
      'shared/protocol',
      'main/media',
      'main/library/queries',
      'main/library/project',
      'main/library/classes',
      'main/library/review',
    ],
    packages: ['node:fs', 'node:path', 'zod'],
  },
  {
    folder: 'main/library/rules',
    may: [
      'shared',
      'shared/protocol',
      'shared/rpc',
      'main/media',
      'main/library/queries',
      'main/library/project',
      'main/library/review',
      'main/library/runs',
    ],
    packages: [],
  },
  {
    folder: 'main/library/compare',
    may: [
      'shared',
      'shared/protocol',
      'shared/rpc',
      'main/media',
      'main/library/progress',
      'main/library/queries',
      'main/library/labels',
      'main/library/project',
      'main/library/runs',
    ],
    packages: ['node:path'],
  },
  {
    folder: 'main/library/formats/base',
    may: ['shared', 'shared/protocol', 'main/media/failure', 'main/media'],
    packages: ['node:fs', 'node:path', 'zod'],
  },
  { folder: 'main/library/formats/shapes', may: ['shared', 'main/library/formats/base'], packages: [] },
  {
    folder: 'main/library/formats/coco',
    may: ['shared', 'main/media', 'main/library/images', 'main/library/formats/base', 'main/library/formats/shapes'],
    packages: ['node:fs', 'node:path', 'zod'],
  },
  {
    folder: 'main/library/formats',
    may: [
      'shared',
      'shared/protocol',
      'main/media/failure',
      'main/media',
      'main/library/images',
      'main/library/formats/base',
      'main/library/formats/shapes',
      'main/library/formats/coco',
    ],
    packages: ['node:fs', 'node:path', 'saxes', 'yaml', 'zod'],
  },
  {
    folder: 'main/library/transfer',
    may: [
      'shared',
      'shared/protocol',
      'shared/rpc',
      'main/media',
      'main/library/progress',
      'main/library/queries',
      'main/library/labels',
      'main/library/project',
      'main/library/classes',
      'main/library/images',
      'main/library/review',
      'main/library/runs',
      'main/library/formats/base',
      'main/library/formats',
    ],
    packages: ['node:crypto', 'node:fs', 'node:path', 'zod'],
  },
  {
    folder: 'main/library/sample',
    may: ['shared', 'shared/protocol', 'shared/rpc', 'main/media', 'main/library/progress'],
    packages: ['node:fs', 'node:path', 'zod'],
  },
  {
    folder: 'main/library/opening',
    may: [
      'shared',
      'shared/protocol',
      'main/media',
      'main/library/migrations',
      'main/library/files',
      'main/library/database',
      'main/library/backups',
      'main/library/reader',
      'main/library/queries',
      'main/library/labels',
      'main/library/project',
      'main/library/classes',
      'main/library/images',
      'main/library/runs',
    ],
    packages: ['better-sqlite3', 'node:fs'],
  },
  {
    folder: 'main/library/check',
    may: [
      'shared',
      'shared/protocol',
      'shared/rpc',
      'main/media',
      'main/library/progress',
      'main/library/files',
      'main/library/backups',
      'main/library/queries',
      'main/library/labels',
      'main/library/opening',
    ],
    packages: ['better-sqlite3', 'node:fs', 'node:path'],
  },
  {
    folder: 'main/library/handlers',
    may: [
      'shared',
      'shared/protocol',
      'shared/rpc',
      'main/media',
      'main/library/queries',
      'main/library/labels',
      'main/library/project',
      'main/library/classes',
      'main/library/images',
      'main/library/review',
      'main/library/runs',
      'main/library/compare',
      'main/library/rules',
      'main/library/subsets',
      'main/library/transfer',
    ],
    packages: ['node:path'],
  },
  // For tests alone.
  {
    folder: 'main/library/testing',
    may: ['shared', 'shared/protocol', 'shared/rpc', 'testing', 'main/library'],
    packages: ['node:child_process', 'node:fs', 'node:os', 'node:path', 'sharp'],
  },
  {
    folder: 'main/library',
    may: [
      'shared',
      'shared/protocol',
      'shared/rpc',
      'main/host/process/child-port',
      'main/library/files',
      'main/library/database',
      'main/library/backups',
      'main/library/project',
      'main/library/formats',
      'main/library/sample',
      'main/library/opening',
      'main/library/check',
      'main/library/handlers',
    ],
    packages: ['node:path'],
  },
  // What window and terminal share. Of what the children are made of, only what needs no native module.
  { folder: 'main/net', may: [], packages: ['node:crypto', 'node:fs', 'node:path', 'node:stream'] },
  { folder: 'main/host/process', may: ['shared', 'shared/rpc'], packages: ['node:child_process', 'node:fs', 'node:os'] },
  {
    folder: 'main/host/weights',
    may: ['shared', 'shared/protocol', 'shared/rpc', 'main/engine/model/backbones', 'main/net'],
    packages: ['node:fs', 'node:os', 'node:path', 'zod'],
  },
  {
    folder: 'main/host/project',
    may: ['shared', 'shared/protocol', 'shared/rpc', 'testing', 'main/host/process', 'main/host/weights', 'main/library/files/layout'],
    packages: ['node:fs', 'node:module', 'node:os', 'node:path', 'node:timers/promises', 'sharp'],
  },
  {
    folder: 'main/host/project/sweep',
    may: ['shared', 'shared/protocol', 'main/media/own-files', 'main/host/project'],
    packages: ['node:fs', 'node:path', 'zod'],
  },
  {
    folder: 'main/host',
    may: ['shared', 'shared/protocol', 'shared/rpc', 'main/host/weights', 'main/host/project'],
    packages: ['node:fs', 'node:os', 'node:path', 'zod'],
  },
  // The terminal, and the window's side of Electron, which is nowhere else.
  { folder: 'main/cli', may: ['shared', 'shared/protocol', 'main/host/project'], packages: ['node:fs', 'node:util'] },
  {
    folder: 'main/cli/commands',
    may: [
      'shared',
      'shared/protocol',
      'main/host/project',
      'main/host/project/sweep',
      'main/host',
      'main/library/files/layout',
      'main/cli',
    ],
    packages: ['node:fs', 'node:os', 'node:path'],
  },
  {
    folder: 'main/cli/entry',
    may: ['shared', 'shared/protocol', 'main/host/project', 'main/host', 'main/cli/commands', 'main/cli'],
    packages: ['node:path', 'node:util'],
  },
  { folder: 'main/electron/preload', may: ['shared'], packages: ['electron'] },
  {
    folder: 'main/electron/window',
    may: ['shared', 'shared/protocol', 'shared/rpc', 'main/host/project'],
    packages: ['electron', 'node:fs', 'node:path'],
  },
  {
    folder: 'main/electron/ipc',
    may: ['shared', 'shared/protocol', 'shared/rpc', 'main/host/weights', 'main/host/project', 'main/host', 'main/electron/window'],
    packages: ['electron', 'node:fs', 'node:path'],
  },
  {
    folder: 'main/electron',
    may: ['shared', 'shared/rpc', 'main/host/project', 'main/host', 'main/electron/window', 'main/electron/ipc'],
    packages: ['electron', 'node:crypto', 'node:path', 'zod'],
  },
  // The window, from the bottom up: what is done to labels, what is seen of it, what the window knows, and how it is laid out.
  { folder: 'renderer/editor', may: ['shared', 'shared/protocol', 'shared/rpc'], packages: [] },
  { folder: 'renderer/editor/raster', may: ['shared', 'shared/protocol', 'renderer/editor'], packages: [] },
  { folder: 'renderer/editor/superpixels', may: ['renderer/editor'], packages: [] },
  { folder: 'renderer/editor/snap', may: ['shared', 'shared/protocol', 'renderer/editor', 'renderer/editor/raster'], packages: [] },
  {
    folder: 'renderer/editor/tools',
    may: ['shared', 'renderer/editor', 'renderer/editor/raster', 'renderer/editor/superpixels', 'renderer/editor/snap'],
    packages: [],
  },
  // For tests alone.
  { folder: 'renderer/editor/testing', may: ['shared', 'shared/protocol', 'renderer/editor', 'renderer/editor/tools'], packages: [] },
  {
    folder: 'renderer/canvas',
    may: ['shared', 'renderer/editor', 'renderer/editor/raster', 'renderer/editor/superpixels', 'renderer/editor/tools'],
    packages: ['konva', 'lru-cache', 'svelte', 'zod'],
  },
  {
    folder: 'renderer/state',
    may: [
      'shared',
      'shared/protocol',
      'shared/rpc',
      'renderer/editor',
      'renderer/editor/raster',
      'renderer/editor/superpixels',
      'renderer/editor/snap',
      'renderer/editor/tools',
      'renderer/canvas',
    ],
    packages: ['lru-cache', 'svelte', 'zod'],
  },
  { folder: 'renderer/ui', may: ['shared', 'shared/protocol', 'renderer/editor', 'renderer/state'], packages: ['svelte'] },
  { folder: 'renderer/ui/chart', may: [], packages: ['d3-array'] },
  {
    folder: 'renderer/ui/editing',
    may: [
      'shared',
      'renderer/editor',
      'renderer/editor/raster',
      'renderer/editor/snap',
      'renderer/editor/tools',
      'renderer/canvas',
      'renderer/state',
      'renderer/ui',
    ],
    packages: ['@lucide/svelte', 'svelte'],
  },
  { folder: 'renderer/ui/images', may: ['shared', 'renderer/state', 'renderer/ui'], packages: ['@lucide/svelte', 'svelte'] },
  {
    folder: 'renderer/ui/shell',
    may: ['shared', 'shared/protocol', 'renderer/state', 'renderer/ui', 'renderer/ui/editing'],
    packages: ['@lucide/svelte', 'svelte'],
  },
  { folder: 'renderer/views/start', may: ['renderer/state', 'renderer/ui', 'renderer/ui/shell'], packages: ['@lucide/svelte', 'svelte'] },
  {
    folder: 'renderer/views/label',
    may: ['shared', 'shared/protocol', 'renderer/canvas', 'renderer/state', 'renderer/ui', 'renderer/ui/editing'],
    packages: ['@lucide/svelte', 'svelte'],
  },
  {
    folder: 'renderer/views/train',
    may: ['shared', 'shared/protocol', 'renderer/state', 'renderer/ui', 'renderer/ui/chart'],
    packages: ['@lucide/svelte', 'svelte', 'zod'],
  },
  {
    folder: 'renderer/views/review',
    may: [
      'shared',
      'shared/protocol',
      'renderer/editor',
      'renderer/editor/raster',
      'renderer/canvas',
      'renderer/state',
      'renderer/ui',
      'renderer/ui/editing',
      'renderer/ui/images',
    ],
    packages: ['@lucide/svelte', 'svelte'],
  },
  { folder: 'renderer/views/export', may: ['shared', 'shared/protocol', 'renderer/state', 'renderer/ui'], packages: ['@lucide/svelte'] },
  {
    folder: 'renderer',
    may: [
      'shared',
      'shared/rpc',
      'renderer/state',
      'renderer/ui/images',
      'renderer/ui/shell',
      'renderer/views/start',
      'renderer/views/label',
      'renderer/views/train',
      'renderer/views/review',
      'renderer/views/export',
    ],
    packages: ['svelte', 'zod'],
  },
];

const ROOT = import.meta.dirname;
const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.(ts|mjs|svelte)$/.test(entry.name) && !/\.test\.ts$/.test(entry.name)) yield path;
  }
}

/** What a file imports: packages by their name, files of src by their path in it; recipes and icons are data, not code, and left out. */
function importsOf(file: string): { packages: string[]; files: string[] } {
  const targets = [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, named, dynamic]) => (named ?? dynamic)!.replace(/\?.*/, ''));
  const local = (target: string): boolean => target.startsWith('.') || target.startsWith('@shared/');
  const files = targets
    .filter(local)
    .map((target) => (target.startsWith('.') ? resolve(dirname(file), target) : join(ROOT, 'shared', target.slice('@shared/'.length))))
    .map(pathOf)
    .filter((path) => !path.startsWith('../resources/'));
  return { packages: targets.filter((target) => !local(target)), files };
}

const pathOf = (file: string): string => relative(ROOT, file).replaceAll('\\', '/');

function layerOf(path: string): string | undefined {
  return LAYERS.map(({ folder }) => folder)
    .filter((folder) => path === folder || path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function breachesOf(file: string): string[] {
  const path = pathOf(file);
  const layer = LAYERS.find(({ folder }) => folder === layerOf(path));
  if (!layer) return [`${path} is in no layer`];
  const { packages, files } = importsOf(file);
  return [
    ...files
      .filter((imported) => layerOf(imported) !== layer.folder)
      .filter((imported) => !layer.may.some((may) => imported === may || layerOf(imported) === may))
      .map((imported) => `${path} imports ${imported}`),
    ...packages
      .filter((target) => layer.packages !== 'any' && !layer.packages.some((name) => target === name || target.startsWith(`${name}/`)))
      .map((target) => `${path} imports the package ${target}`),
  ];
}

/** The folders that each folder imports, other than itself. */
function foldersImported(): Map<string, Set<string>> {
  const imported = new Map<string, Set<string>>();
  for (const file of sources(ROOT)) {
    const folder = pathOf(dirname(file));
    const others = imported.get(folder) ?? new Set();
    imported.set(folder, others);
    for (const path of importsOf(file).files) {
      const whole = join(ROOT, path);
      const other = existsSync(whole) && statSync(whole).isDirectory() ? path : pathOf(dirname(whole));
      if (other !== folder) others.add(other);
    }
  }
  return imported;
}

/** The files that each file of a folder imports. */
function filesImported(folder: string): Map<string, Set<string>> {
  return new Map([...sources(join(ROOT, folder))].map((file) => [pathOf(file).replace(/\.ts$/, ''), new Set(importsOf(file).files)]));
}

/** The largest sets of folders, or files, each of which imports, perhaps through others, all of its set. */
function circlesOf(imported: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const reached = new Map(
    [...imported.keys()].map((folder) => {
      const found = new Set<string>();
      const next = [folder];
      for (const each of next) {
        for (const other of imported.get(each) ?? []) {
          if (!found.has(other)) next.push(other);
          found.add(other);
        }
      }
      return [folder, found];
    }),
  );
  const circle = (folder: string): string[] =>
    [...reached.get(folder)!].filter((other) => reached.get(other)?.has(folder)).sort((a, b) => a.localeCompare(b));
  return [...new Set([...imported.keys()].map((folder) => circle(folder).join(', ')))]
    .filter((folders) => folders !== '')
    .sort((a, b) => a.localeCompare(b));
}

describe('the layers', () => {
  it('import only what lies below them', () => {
    expect([...sources(ROOT)].flatMap(breachesOf)).toEqual([]);
  });

  it('import one another in no circle: none of one could be understood, moved or tested without the others', () => {
    expect(circlesOf(foldersImported())).toEqual([]);
  });

  it('have no circles between files in the window', () => {
    expect(circlesOf(filesImported('renderer'))).toEqual([]);
  });
});
