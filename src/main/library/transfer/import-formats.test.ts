import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IGNORE } from '@shared/mask';
import { writePng, type PngImage } from '../../media/png';
import type { TestLibrary } from '../testing/library';
import { masksProject as project, SIZE, some } from '../testing/masks';

let test: TestLibrary;
let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'espalier-formats-'));
  test = await project();
});
afterEach(async () => {
  await test.remove();
  await rm(out, { recursive: true });
});

async function write(name: string, content: string): Promise<void> {
  await mkdir(dirname(join(out, name)), { recursive: true });
  await writeFile(join(out, name), content);
}
async function png(name: string, data: Uint8Array, kind: PngImage['kind'] = 'grey', width = 6): Promise<void> {
  await mkdir(dirname(join(out, name)), { recursive: true });
  await writePng(join(out, name), { kind, width, height: 5, data }, new Uint8Array(768));
}
const look = (format: string | null = null, options = {}) => test.call('import.look', { folder: out, format, options });
const take = (format: string | null = null, options = {}) => test.call('import.masks', { folder: out, format, options, imageIds: null });
/** Names of the classes of an image's pixels. */
async function seen(path: string): Promise<(string | undefined)[]> {
  const names = new Map((await test.call('classes.list', null)).map(({ id, name }) => [id, name]));
  return [...(await test.map(path))].map((id) => names.get(id));
}
const named = (...names: (string | undefined)[]): (string | undefined)[] => Array.from({ length: SIZE }, (_, i) => names[i % names.length]);

describe('names', () => {
  it.each(['a_mask.png', 'a-seg.png', 'masks/a_labelIds.png', 'a_gt.png'])('of masks may say that they are masks: %s', async (name) => {
    await png(name, some(0, 1));
    expect(await look()).toMatchObject({ format: 'masks', images: 1, leftOut: 0 });
    await take();
    expect(await test.map('a.png')).toEqual(some(0, 1));
  });

  it('that are paths of images count before names of files alone', async () => {
    await write('labels/train/sub/b.txt', '0 0 0 1 0 1 1 0 1\n');
    await write('labels/train/b.txt', '');
    await write('data.yaml', 'names: [a]\n');
    await take();
    expect(await seen('sub/b.png')).toEqual(named('a'));
  });
});

describe('Cityscapes', () => {
  it('is told by the ends of its names, and its numbers mean what they mean there', async () => {
    await png('gtFine/train/x/a_gtFine_labelIds.png', some(0, 7, 26));
    await png('gtFine/train/x/a_gtFine_labelTrainIds.png', some(IGNORE, 0, 13));
    await png('gtFine/train/x/c_gtFine_color.png', new Uint8Array(3 * SIZE), 'rgb');
    expect(await look()).toMatchObject({ format: 'cityscapes', images: 1 });
    await take();
    expect(await seen('a.png')).toEqual(named(undefined, 'road', 'car'));
    await take('cityscapes', { kind: 'labelTrainIds' });
    expect(await seen('a.png')).toEqual(named(undefined, 'road', 'car'));
  });
});

describe('pictures', () => {
  const colours = Uint8Array.from({ length: 3 * SIZE }, (_, i) => [255, 0, 0, 0, 0, 255][i % 6]!);

  it('of colours show what occurs before it is said what it stands for', async () => {
    await png('a.png', colours, 'rgb');
    expect(await look()).toMatchObject({
      format: 'pictures',
      classes: null,
      values: [
        { value: '#ff0000', pixels: 15, name: null },
        { value: '#0000ff', pixels: 15, name: null },
      ],
    });
    await expect(take()).rejects.toMatchObject({ code: 'IMPORT_MAPPING' });
    await take(null, { mapping: '#ff0000=road, #0000ff=none' });
    expect(await seen('a.png')).toEqual(named('road', undefined));
  });

  it.each([
    ['mapping.txt', '#ff0000 = road\n#0000ff = sky\n'],
    ['labelmap.txt', 'road:255,0,0::\nsky:0,0,255::\n'],
    ['label_colors.txt', '255 0 0 road\n0\t0\t255\t\tsky\n'],
    [
      'dataset_meta.json',
      JSON.stringify({
        label_map: { 0: 'road', 1: 'sky' },
        segmentation_colors: [
          [255, 0, 0],
          [0, 0, 255],
        ],
      }),
    ],
  ])('take %s for what it says', async (name, text) => {
    await write(name, text);
    await png('masks/a_mask.png', colours, 'rgb');
    expect(await look()).toMatchObject({ format: 'pictures', classes: ['road', 'sky'], values: [{ name: 'road' }, { name: 'sky' }] });
    await take();
    expect(await seen('a.png')).toEqual(named('road', 'sky'));
  });

  it('of greys are taken so when they are said to be', async () => {
    await png('a.png', some(0, 128, IGNORE));
    await take('pictures', { mapping: '0=none,128=cell,255=rim' });
    expect(await seen('a.png')).toEqual(named(undefined, 'cell', 'rim'));
  });

  it('with a value that stands for nothing change nothing', async () => {
    await png('a.png', some(0));
    await png('c.png', some(0, 9));
    await expect(take('pictures', { mapping: '0=sky' })).rejects.toMatchObject({ code: 'IMPORT_UNREADABLE', params: { name: 'c.png' } });
    expect((await test.call('project.summary', null)).images.unlabelled).toBe(3);
  });
});

const coco = (annotation: object, image = {}): string =>
  JSON.stringify({
    images: [{ id: 1, file_name: 'a.png', width: 6, height: 5, ...image }],
    categories: [{ id: 1, name: 'sky' }],
    annotations: [{ image_id: 1, category_id: 1, ...annotation }],
  });
const labelStudio = (rle: number[]): string =>
  JSON.stringify([{ data: { image: 'a.png' }, annotations: [{ result: [{ type: 'brushlabels', value: { rle, brushlabels: ['x'] } }] }] }]);
const xml = (body: string, head = ''): string => `<?xml version="1.0"?>${head}<annotations><version>1.1</version>${body}</annotations>`;
const image = (shapes: string): string => xml(`<image id="0" name="a.png" width="6" height="5">${shapes}</image>`);

describe('hostile or damaged files', () => {
  it.each<[string, string, string, string]>([
    [
      'runs for more pixels than there are',
      'instances_x.json',
      coco({ segmentation: { size: [5, 6], counts: [0, 1e9] } }),
      'IMPORT_UNREADABLE',
    ],
    ['runs of another size', 'instances_x.json', coco({ segmentation: { size: [1e5, 1e5], counts: [0, 30] } }), 'IMPORT_SIZE'],
    ['an image that claims to be huge', 'instances_x.json', coco({}, { width: 1e6, height: 1e6 }), 'IMPORT_SIZE'],
    [
      'a category that is not listed',
      'instances_x.json',
      coco({ category_id: 7, segmentation: [[0, 0, 5, 0, 5, 5]] }),
      'IMPORT_UNREADABLE',
    ],
    ['half a file', 'instances_x.json', coco({}).slice(0, -20), 'IMPORT_UNREADABLE'],
    ['numbers for names', 'instances_x.json', coco({}, { file_name: 7 }), 'IMPORT_UNREADABLE'],
    ['run lengths that are cut off', 'tasks.json', labelStudio([0, 0, 0, 120, 57, 27]), 'IMPORT_UNREADABLE'],
    ['a brush that claims four billion values', 'tasks.json', labelStudio([255, 255, 255, 255, 57, 27, 255]), 'IMPORT_UNREADABLE'],
    [
      'entities that grow',
      'x.xml',
      xml('<image id="0" name="&b;" width="6" height="5"/>', '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'),
      'IMPORT_UNREADABLE',
    ],
    [
      'entities of files elsewhere',
      'x.xml',
      xml('<image id="0" name="&f;" width="6" height="5"/>', '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'),
      'IMPORT_UNREADABLE',
    ],
    ['a mask outside the image', 'x.xml', image('<mask label="x" rle="0,9" left="4" top="0" width="3" height="3"/>'), 'IMPORT_UNREADABLE'],
    ['tags that are never closed', 'x.xml', image('<polygon label="x" points="0,0;5,0;5,5">'), 'IMPORT_UNREADABLE'],
  ])('with %s are refused, and nothing is changed', async (_, name, content, code) => {
    await write(name, content);
    await expect(take()).rejects.toMatchObject({ code });
    expect((await test.call('project.summary', null)).images.unlabelled).toBe(3);
    expect(await test.call('classes.list', null)).toHaveLength(3);
  });

  it('with YAML that stands for gigabytes are refused', async () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map((key, i) => `${key}: &${key} [${`*${'abcdefgh'[i]},`.repeat(9)}]`),
    ];
    await write('data.yaml', `${bomb.join('\n')}\nnames: *i\n`);
    await write('labels/a.txt', '');
    await expect(take()).rejects.toMatchObject({ code: 'IMPORT_UNREADABLE' });
  });

  it.each(['../../a.png', '/etc/a.png', 'C:\\a.png'])(
    'named %s reach no file elsewhere, and only images of the project',
    async (file_name) => {
      await write('instances_x.json', coco({ segmentation: [[0, 0, 6, 0, 6, 5, 0, 5]] }, { file_name }));
      const taken = await take().catch((error: { code: string }) => error.code);
      expect(taken === 'IMPORT_NO_MATCH' || (await seen('a.png')).every((name) => name === 'sky')).toBe(true);
    },
  );

  it.skipIf(process.platform === 'win32')('that are links to a folder elsewhere are left out', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'espalier-elsewhere-'));
    await writeFile(join(elsewhere, 'a.txt'), '0 0 0 1 0 1 1 0 1\n');
    await write('data.yaml', 'names: [x]\n');
    await write('labels/c.txt', '');
    await symlink(elsewhere, join(out, 'labels', 'train'));
    expect(await look()).toMatchObject({ format: 'yolo', images: 1, leftOut: 1 });
    await rm(elsewhere, { recursive: true });
  });
});
