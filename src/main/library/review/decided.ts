import { encodeRle, IGNORE } from '@shared/mask';
import type { ResultOf } from '@shared/protocol';
import { SOURCE_CODE } from '../labels/history';
import type { OpenProject } from '../project/open-project';
import type { FoundImage } from '../queries/image-rows';
import { rejectedMap } from './rejections';

/** What was accepted and rejected of an image, pixel by pixel. What was painted over since is not accepted any more. */
export function decidedOf(project: OpenProject, image: Pick<FoundImage, 'id' | 'width' | 'height'>): ResultOf<'review.decided'> {
  const { labels, sources } = project.labels.pixels(image.id);
  const accepted = labels.map((id, i) => (sources[i] === SOURCE_CODE.accepted ? id : IGNORE));
  return { accepted: encodeRle(accepted), rejected: encodeRle(rejectedMap(project, image)) };
}
