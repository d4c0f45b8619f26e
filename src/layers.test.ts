import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The layers, the most specific folder first, each with the layers it may import besides itself. */
const LAYERS: readonly { readonly folder: string; readonly may: readonly string[]; readonly packages: readonly string[] | 'any' }[] = [
  { folder: 'shared', may: [], packages: ['zod'] },
  { folder: 'main/media', may: ['shared'], packages: 'any' },
  { folder: 'main/engine/core', may: ['shared', 'main/engine/ops'], packages: ['@tensorflow/tfjs-core'] },
  // Plain data, for whoever needs to know of a backbone.
  { folder: 'main/engine/model/backbones', may: ['shared'], packages: [] },
  { folder: 'main/engine/ops', may: ['shared'], packages: ['@tensorflow/tfjs-core'] },
  {
    folder: 'main/engine',
    may: [
      'shared',
      'main/media',
      'main/engine/core',
      'main/engine/ops',
      'main/engine/model/backbones',
      'main/host/process/child-port',
      'main/host/weights/cache',
    ],
    packages: 'any',
  },
  { folder: 'main/library', may: ['shared', 'main/media', 'main/host/process/child-port'], packages: 'any' },
  { folder: 'main/electron/preload', may: ['shared'], packages: ['electron'] },
  { folder: 'main/host/process', may: ['shared'], packages: 'any' },
  // Of what the children are made of, only what needs no native module: names of files, and how one is written.
  {
    folder: 'main',
    may: ['shared', 'main/host/process', 'main/media/own-files', 'main/media/files', 'main/library/layout', 'main/engine/model/backbones'],
    packages: 'any',
  },
  { folder: 'renderer/editor', may: ['shared'], packages: [] },
  { folder: 'renderer', may: ['shared', 'renderer/editor'], packages: 'any' },
];

const ROOT = import.meta.dirname;
const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"]/g;

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.(ts|svelte)$/.test(entry.name) && !/\.test\.ts$/.test(entry.name)) yield path;
  }
}

function layerOf(path: string): string | undefined {
  return LAYERS.map(({ folder }) => folder)
    .filter((folder) => path === folder || path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function breachesOf(file: string): string[] {
  const path = relative(ROOT, file).replaceAll('\\', '/');
  const layer = LAYERS.find(({ folder }) => folder === layerOf(path));
  if (!layer) return [`${path} is in no layer`];
  const breaches: string[] = [];
  for (const [, target] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    if (target!.startsWith('.') || target!.startsWith('@shared/')) {
      const absolute = target!.startsWith('.') ? resolve(dirname(file), target!) : join(ROOT, 'shared', target!.slice(8));
      const imported = relative(ROOT, absolute).replaceAll('\\', '/');
      // Recipes and icons belong to nobody: data, not code.
      if (imported.startsWith('../resources/')) continue;
      const allowed = layerOf(imported) === layer.folder || layer.may.some((may) => imported === may || layerOf(imported) === may);
      if (!allowed) breaches.push(`${path} imports ${imported}`);
    } else if (layer.packages !== 'any' && !layer.packages.some((name) => target === name || target!.startsWith(`${name}/`))) {
      breaches.push(`${path} imports the package ${target}`);
    }
  }
  return breaches;
}

describe('the layers', () => {
  it('import only what lies below them', () => {
    expect([...sources(ROOT)].flatMap(breachesOf)).toEqual([]);
  });
});
