import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabelClass } from '@shared/domain';
import type { Entries, Writer } from '../base/format';
import { groupBy } from '../base/group';
import { countsOf, textOfCounts } from '../shapes/coco-rle';
import { measureSpans, polygonSpans } from '../shapes/fill';
import { traceRegions, type Region } from '../shapes/trace';
import { TextFile } from '../base/text-file';

export const ENTRIES: Entries = { folders: ['annotations'], files: [] };

/** COCO counts categories from 1. */
export const FIRST_CATEGORY = 1;

interface Options {
  readonly shapes: 'polygons' | 'rle';
  readonly each: 'region' | 'class';
  readonly without?: number | null | undefined;
}

export async function beginInstances(folder: string, classes: readonly LabelClass[], options: Options): Promise<Writer> {
  await mkdir(join(folder, 'annotations'));
  const file = await TextFile.create(join(folder, 'annotations', 'instances_default.json'));
  const categories = classes
    .filter(({ id }) => id !== options.without)
    .map(({ id, name }) => ({ id: id + FIRST_CATEGORY, name, supercategory: '' }));
  const info = { description: 'Exported by Espalier', version: '1.0' };
  await file.write(`{"info":${JSON.stringify(info)},"licenses":[],"categories":${JSON.stringify(categories)},"annotations":[`);
  const images: string[] = [];
  let annotations = 0;
  return {
    add: async ({ path, width, height, data }) => {
      const id = images.push('');
      images[id - 1] = JSON.stringify({ id, width, height, file_name: path });
      const regions = traceRegions(data, { width, height }).filter(({ classId }) => classId !== options.without);
      for (const group of options.each === 'region' ? regions.map((region) => [region]) : byClass(regions)) {
        const annotation = { id: annotations + 1, image_id: id, ...shapeOf(group, { width, height }, options.shapes) };
        await file.write(`${annotations++ > 0 ? ',' : ''}\n${JSON.stringify(annotation)}`);
      }
    },
    end: () => file.end(`\n],"images":[\n${images.join(',\n')}\n]}\n`),
  };
}

function byClass(regions: readonly Region[]): Region[][] {
  return [...groupBy(regions, ({ classId }) => classId).values()];
}

/** Of regions of one class. */
function shapeOf(regions: readonly Region[], size: { width: number; height: number }, shapes: Options['shapes']) {
  const polygons = regions.map(({ points }) => points);
  // Runs of several regions, in the order of the pixels.
  const spans = polygons
    .flatMap((points) => chunksOf(polygonSpans(points, size)))
    .sort(([ax, ay], [bx, by]) => ax - bx || ay - by)
    .flat();
  const { area, box } = measureSpans(spans);
  const rle = { size: [size.height, size.width], counts: textOfCounts(countsOf(spans, size), size) };
  return {
    category_id: regions[0]!.classId + FIRST_CATEGORY,
    segmentation: shapes === 'rle' ? rle : polygons,
    area,
    bbox: box,
    iscrowd: shapes === 'rle' ? 1 : 0,
  };
}

function chunksOf(spans: readonly number[]): [number, number, number][] {
  return Array.from({ length: spans.length / 3 }, (_, i) => [spans[3 * i]!, spans[3 * i + 1]!, spans[3 * i + 2]!]);
}
