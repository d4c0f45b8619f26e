import type { Queries } from '../queries';
import type { ImageRow } from '../queries/images';

/**
 * The image a name means: its path without extension, its whole path, or the file name alone when only one image has it.
 * Two images may share a path but for the extension; then the name means neither.
 */
export function findImage({ images }: Queries, name: string): ImageRow | null {
  const wanted = name.normalize('NFC').replaceAll('\\', '/');
  const stems = images.withStem(wanted);
  if (stems.length === 1) return stems[0]!;
  const whole = images.atPath(wanted);
  if (whole) return whole;
  const names = stems.length === 0 ? images.withName(wanted) : [];
  return names.length === 1 ? names[0]! : null;
}
