import { IGNORE } from '@shared/mask';
import { unpackWords } from '../labels/words';
import type { Project } from '../project';
import type { ImageRow } from '../queries/images';

/** The class the user barred from each pixel, 255 where none; where two were, the later one. */
export function rejectedMap(project: Project, { id, width, height }: Pick<ImageRow, 'id' | 'width' | 'height'>): Uint8Array {
  const map = new Uint8Array(width * height).fill(IGNORE);
  for (const { class_id, region } of project.queries.decisions.rejections(id)) {
    for (const { start, length } of spansOf(unpackWords(region))) map.fill(class_id ?? IGNORE, start, start + length);
  }
  return map;
}

/** The spans of a region given as pairs (start, length). */
export function* spansOf(region: Uint32Array): Generator<{ start: number; length: number }> {
  for (let i = 0; i + 1 < region.length; i += 2) yield { start: region[i]!, length: region[i + 1]! };
}
