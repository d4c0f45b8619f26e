import type { Database } from 'better-sqlite3';
import { IGNORE } from '@shared/mask';
import { countPixels, keepCounts, keepSalvaged, salvage } from '../labels/salvage';
import type { Queries } from '../queries';
import type { ImageRow } from '../queries/images';
import { fault, type FoundFault } from './faults';

/** Whether the history of an image's labels can be read, and what is counted of them is so. */
export function checkLabels(db: Database, queries: Queries, image: ImageRow, classes: ReadonlySet<number>): FoundFault[] {
  const { pixels, edits, lost } = salvage(queries.labels, image);
  const counts = countPixels(pixels.labels);
  const name = image.path;
  const strange = [...counts.keys()].filter((id) => !classes.has(id) && id !== IGNORE);
  // What was found is read again for a repair: kept, the maps of many images would fill the memory.
  const repair = (): void => db.transaction(() => keepSalvaged(queries, image, salvage(queries.labels, image), classes))();
  if (lost > 0) return [fault('CHECK_LABELS', { name, lost, edits }, repair)];
  if (strange.length > 0) return [fault('CHECK_CLASSES', { name, ids: strange.join(', ') }, repair)];
  const told = queries.labels.pixelsByClass(image.id);
  const total = [...counts.values()].reduce((sum, each) => sum + each, 0);
  const same = told.size === counts.size && [...counts].every(([id, count]) => told.get(id) === count);
  if (same && total === image.labelled_pixels) return [];
  return [
    fault(
      'CHECK_COUNTS',
      { name },
      db.transaction(() => keepCounts(queries, image, salvage(queries.labels, image).pixels.labels)),
    ),
  ];
}
