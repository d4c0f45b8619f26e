import { EspalierError } from '@shared/errors';
import type { Size } from './format';

/** Labels are of their image pixel by pixel. @throws EspalierError IMPORT_SIZE */
export function checkSize(name: string, found: Size, image: Size): void {
  if (found.width === image.width && found.height === image.height) return;
  throw new EspalierError('IMPORT_SIZE', { name, found: `${found.width} × ${found.height}`, expected: `${image.width} × ${image.height}` });
}
