import { IGNORE } from '@shared/mask';
import { unpackWords } from '../labels/words';
import type { OpenProject } from '../project/open-project';
import type { FoundImage } from '../queries/image-rows';
import { spansOf } from './regions';

/** The class the user barred from each pixel, 255 where none. Later decides: of two rejections, and where the class was accepted after all. */
export function rejectedMap(project: OpenProject, { id, width, height }: Pick<FoundImage, 'id' | 'width' | 'height'>): Uint8Array {
  const map = new Uint8Array(width * height).fill(IGNORE);
  for (const { kind, class_id, region } of project.queries.decisions.inForce(id)) {
    for (const { start, length } of spansOf(unpackWords(region, map.length))) {
      if (kind === 'reject') map.fill(class_id ?? IGNORE, start, start + length);
      else for (let i = start; i < start + length; i++) if (class_id === null || map[i] === class_id) map[i] = IGNORE;
    }
  }
  return map;
}
