/**
 * `node scripts/readers/table.mjs [--write]`: exports generated label maps in every format, lets the readers of other tools and Espalier
 * itself read them again, and prints formats × readers × pixels equal; with --write, into docs/formats.md.
 */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import sharp from 'sharp';
import { appEnvironment, childNode } from '../runtime.mjs';
import { setupOrTell } from '../setup/index.mjs';
import { root } from '../setup/paths.mjs';
import { run } from '../setup/run.mjs';
import { judge, readers } from './index.mjs';

const CLASSES = ['sky', 'road', 'tree'];
const NONE = 255;
/** @type {Record<string, readonly [number, number]>} */
const SIZES = { 'a.png': [320, 200], 'sub/b.png': [97, 131], 'c.png': [640, 480] };

/**
 * Who judges what, how it is written for them, and where they look for images.
 * @type {readonly { format: string, reader: string, tool: string, set?: string, images?: string }[]}
 */
const JUDGED = [
  { format: 'coco', reader: 'coco', tool: 'pycocotools 2.0.11', set: 'shapes=polygons' },
  { format: 'coco', reader: 'coco', tool: 'pycocotools 2.0.11', set: 'shapes=rle' },
  { format: 'coco', reader: 'datumaro:coco', tool: 'Datumaro 1.13.12', set: 'shapes=polygons', images: 'images/default' },
  { format: 'coco-panoptic', reader: 'datumaro:coco_panoptic', tool: 'Datumaro 1.13.12', images: 'images/default' },
  { format: 'datumaro', reader: 'datumaro:datumaro', tool: 'Datumaro 1.13.12', set: 'shapes=polygons', images: 'images/default' },
  { format: 'datumaro', reader: 'datumaro:datumaro', tool: 'Datumaro 1.13.12', set: 'shapes=rle', images: 'images/default' },
  { format: 'cvat', reader: 'datumaro:cvat', tool: 'Datumaro 1.13.12', set: 'shapes=polygons', images: 'images' },
  { format: 'cvat', reader: 'datumaro:cvat', tool: 'Datumaro 1.13.12', set: 'shapes=rle', images: 'images' },
  { format: 'label-studio', reader: 'label-studio', tool: 'label-studio-sdk 2.1.2' },
  { format: 'labelme', reader: 'labelme', tool: 'Pillow 12.3.0 (as labelme fills)' },
  { format: 'voc', reader: 'voc', tool: 'Pillow 12.3.0 (as torchvision reads)' },
  { format: 'voc', reader: 'datumaro:voc_segmentation', tool: 'Datumaro 1.13.12', images: 'JPEGImages' },
  { format: 'yolo', reader: 'yolo', tool: 'OpenCV 4.12.0 (as ultralytics and supervision fill)', images: 'images/train' },
  { format: 'cityscapes', reader: 'cityscapes', tool: 'Pillow 12.3.0 (as torchvision reads)' },
];

/**
 * Rings, lines and single pixels of three classes and of none, by a seed.
 * @param {number} seed
 * @param {number} width
 * @param {number} height
 */
function scribbled(seed, width, height) {
  let state = seed + 1;
  const random = (/** @type {number} */ limit) => (state = (state * 48271) % 2147483647) % limit;
  const data = new Uint8Array(width * height).fill(NONE);
  const any = () => (random(5) === 0 ? NONE : random(CLASSES.length));
  for (let shape = 0; shape < 40; shape++) {
    const [cx, cy, id] = [random(width), random(height), any()];
    const radius = 2 + random(height >> 1);
    const inner = random(2) === 0 ? 0 : random(radius);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const distance = Math.hypot(x - cx, y - cy);
        if (distance <= radius && distance >= inner) data[y * width + x] = id;
      }
    }
  }
  for (let i = 0; i < data.length / 50; i++) data[random(data.length)] = any();
  return data;
}

/**
 * @param {string} file
 * @param {Uint8Array} data
 * @param {number} width
 * @param {number} height
 */
async function writeGrey(file, data, width, height) {
  await mkdir(dirname(file), { recursive: true });
  await sharp(data, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toFile(file);
}

/**
 * @param {Record<string, Uint8Array>} maps by image without extension
 * @param {import('./index.mjs').Seen} seen
 */
function equalShare(maps, { names, images }) {
  let [equal, all] = [0, 0];
  for (const [name, map] of Object.entries(maps)) {
    const found = images[name] ?? images[`${name}.png`];
    all += map.length;
    if (!found) continue;
    for (const [i, id] of map.entries()) if ((CLASSES[id] ?? '') === (names[found.data[i] ?? NONE] ?? '').replace('ignored', '')) equal++;
  }
  return equal === all ? 'all' : `${equal} of ${all}`;
}

/** @param {import('../setup/index.mjs').Runtime} runtime */
async function table(runtime) {
  const { python, missing } = await readers();
  if (python === undefined) throw new Error(`There are no readers: ${missing}.`);
  const home = await mkdtemp(join(tmpdir(), 'espalier-table-'));
  const { command, env } = childNode(runtime);
  /** @param {string[]} args */
  const espalier = async (...args) => {
    const { code, output } = await run(command, [join(root, 'out', 'main', 'cli.js'), ...args], {
      env: { ...appEnvironment(runtime), ...env, ESPALIER_DATA: join(home, 'data') },
    });
    if (code !== 0) throw new Error(`espalier ${args.join(' ')}:\n${output}`);
    return output;
  };
  try {
    /** @type {Record<string, Uint8Array>} */
    const maps = {};
    const [images, masks, classes] = [join(home, 'images'), join(home, 'masks'), join(home, 'classes.txt')];
    await writeFile(classes, `${CLASSES.join('\n')}\n`);
    for (const [i, [path, [width, height]]] of Object.entries(SIZES).entries()) {
      const data = scribbled(i, width, height);
      maps[path.replace('.png', '')] = data;
      await writeGrey(join(masks, path), data, width, height);
      await writeGrey(join(images, path), new Uint8Array(width * height), width, height);
    }
    await espalier('init', images, '--classes', classes);
    await espalier('import', images, '--from', masks);
    /** @type {string[][]} */
    const rows = [];
    for (const [i, { format: name, reader, tool, set, images: place }] of JUDGED.entries()) {
      const out = join(home, `out-${i}`);
      await espalier('export', images, '--format', name, '--out', out, ...(set ? ['--set', set] : []));
      // Read by Espalier itself, as a new project.
      const again = join(home, `again-${i}`);
      for (const [path, [width, height]] of Object.entries(SIZES))
        await writeGrey(join(again, path), new Uint8Array(width * height), width, height);
      await espalier('init', again, '--classes', classes);
      await espalier('import', again, '--from', out, '--format', name);
      await espalier('export', again, '--format', 'masks', '--out', join(home, `masks-${i}`));
      const own = await judge(python, 'masks', join(home, `masks-${i}`));
      if (place) for (const path of Object.keys(SIZES)) await cp(join(images, path), join(out, place, path));
      rows.push([
        `\`${name}\`${set ? `, ${set.replace('=', ' ')}` : ''}`,
        tool,
        equalShare(maps, await judge(python, reader, out)),
        equalShare(maps, own),
      ]);
    }
    const pixels = Object.values(maps).reduce((sum, map) => sum + map.length, 0);
    return { rows, pixels };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

const BEGIN = '<!-- table: node scripts/readers/table.mjs --write -->';
const END = '<!-- end of table -->';

const runtime = await setupOrTell();
if (runtime) {
  const { rows, pixels } = await table(runtime);
  const head = ['format', 'reader', `pixels equal, of ${pixels.toLocaleString('en')}`, 'read again by Espalier'];
  const text = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
  process.stdout.write(`${text}\n`);
  if (process.argv.includes('--write')) {
    const file = join(root, 'docs', 'formats.md');
    const page = await readFile(file, 'utf8');
    const [before, after] = [page.slice(0, page.indexOf(BEGIN) + BEGIN.length), page.slice(page.indexOf(END))];
    await writeFile(file, await format(`${before}\n\n${text}\n\n${after}`, { ...(await resolveConfig(file)), parser: 'markdown' }));
  }
} else process.exitCode = 1;
