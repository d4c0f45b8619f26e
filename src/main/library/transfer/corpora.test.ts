import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FIRST_CLASSES } from '@shared/class-set';
import { judge, readers } from '../../../../scripts/readers/index.mjs';
import { TestLibrary } from '../testing/library';

/** Small sets of other tools as Datumaro's own tests read them; they are nowhere in the project. */
const CORPORA = process.env.ESPALIER_CORPORA ?? resolve(import.meta.dirname, '../../../../../shared/corpora');
const SETS = join(CORPORA, 'datumaro');
const { python, missing } = await readers();
const absent = missing ?? (existsSync(SETS) ? null : `there is no ${SETS}`);
if (absent !== null) process.stdout.write(`The sets of other tools are not imported: ${absent}.\n`);

interface Layout {
  /** Folders inside the sets: what is imported, where its images are, and what Datumaro reads, with the name of its importer. */
  readonly labels: string;
  readonly images: string;
  readonly set: string;
  readonly importer: string;
  readonly format: string;
}

const LAYOUTS: readonly Layout[] = [
  {
    labels: 'coco_dataset/coco_instances',
    images: 'coco_dataset/coco_instances/images',
    set: 'coco_dataset/coco_instances',
    importer: 'coco',
    format: 'coco',
  },
  {
    labels: 'cvat_dataset/for_images',
    images: 'cvat_dataset/for_images/images',
    set: 'cvat_dataset/for_images',
    importer: 'cvat',
    format: 'cvat',
  },
  {
    labels: 'voc_dataset/voc_dataset1',
    images: 'voc_dataset/voc_dataset1/JPEGImages',
    set: 'voc_dataset/voc_dataset1',
    importer: 'voc_segmentation',
    format: 'voc',
  },
  {
    labels: 'common_semantic_segmentation_dataset/dataset',
    images: 'common_semantic_segmentation_dataset/dataset/images',
    set: 'common_semantic_segmentation_dataset/dataset',
    importer: 'common_semantic_segmentation',
    format: 'pictures',
  },
  {
    labels: 'synthia_dataset/dataset_with_custom_labelmap/GT/COLOR',
    images: 'synthia_dataset/dataset_with_custom_labelmap/RGB',
    set: 'synthia_dataset/dataset_with_custom_labelmap',
    importer: 'synthia_rand',
    format: 'pictures',
  },
];

let test: TestLibrary | undefined;
let folder: string | undefined;
afterEach(async () => {
  await test?.remove();
  if (folder) await rm(folder, { recursive: true });
  test = folder = undefined;
});

describe.skipIf(absent !== null)('a set of another tool', { timeout: 300_000 }, () => {
  it.each(LAYOUTS)('$set is imported as Datumaro reads it', async ({ labels, images, set, importer, format }) => {
    test = await TestLibrary.create();
    await cp(join(SETS, images), test.folder, { recursive: true });
    await test.call('project.open', { folder: test.folder, create: { classes: [...FIRST_CLASSES] } });
    await test.call('project.index', null);
    folder = await mkdtemp(join(tmpdir(), 'espalier-corpora-'));
    await cp(join(SETS, labels), join(folder, 'set'), { recursive: true });
    await cp(join(SETS, set), join(folder, 'whole'), { recursive: true });
    for (const name of ['label_colors.txt']) await cp(join(SETS, set, name), join(folder, name)).catch(() => undefined);
    const look = await test.call('import.look', { folder: join(folder, 'set'), format: null, options: {} });
    expect(look.format).toBe(format);
    await test.call('import.masks', { folder: join(folder, 'set'), format: null, options: {}, imageIds: null });
    const seen = await judge(python!, `datumaro:${importer}`, join(folder, 'whole'));
    const names = new Map((await test.call('classes.list', null)).map(({ id, name }) => [id, name]));
    let compared = 0;
    for (const { path } of await test.images()) {
      const stem = path.replace(/\.[^.]+$/, '');
      const [, found] =
        Object.entries(seen.images).find(([name]) => stem === name || stem.endsWith(`/${name}`) || name.endsWith(`/${stem}`)) ?? [];
      if (!found) continue;
      const ours = [...(await test.map(path))].map((id) => names.get(id));
      expect(ours, path).toEqual([...found.data].map((id) => seen.names[id]));
      compared++;
    }
    expect(compared).toBeGreaterThan(0);
  });
});
