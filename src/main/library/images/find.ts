import type { Queries } from '../queries';
import type { ImageRow } from '../queries/images';
import { lastPart, stemOf } from './names';

/**
 * What a name means, by one rule wherever names stand for images: lists of names, masks to import, truth to compare with.
 * 1. The image whose path inside the project it is, with its extension.
 * 2. The image whose path it is without extension.
 * 3. For a name without folders: the image of this file name, with or without extension, in whatever folder.
 * The first step that finds any image decides, and when it finds several the name is ambiguous: no image is guessed.
 * Files that are there go before files that are gone. Names are compared in one Unicode form; upper and lower case differ.
 */
export interface Meaning {
  /** How closely the name fits: 0 the whole path, 1 the path without extension, 2 the file name alone. */
  readonly rank: 0 | 1 | 2;
  /** One: it means this image; none: it means none; several (some of them): it is ambiguous. */
  readonly images: readonly ImageRow[];
}

/** Images that are named as examples of an ambiguous name. */
const EXAMPLES = 3;

/** The images that a name in a list may mean; folders may be separated by backslashes. */
export function findImages(queries: Queries, name: string): Meaning {
  const spellings = [...new Set([name, name.replaceAll('\\', '/'), name.replaceAll('\\', '/').replace(/^\.\//, '')])];
  const meanings = spellings.map((each) => exactly(queries, each) ?? (each.includes('/') ? null : byFileName(queries, each)));
  return meanings.find((meaning) => meaning !== null) ?? NOTHING;
}

/** The images that a mask may belong to: by its path without `.png` or, in whatever folder it lies, by its file name. */
export function findImagesOfMask(queries: Queries, mask: string): Meaning {
  return findImagesNamed(queries, mask.replace(/\.png$/i, ''));
}

/** The images that something of this name may belong to: by its path or, in whatever folder it lies, by its file name. */
export function findImagesNamed(queries: Queries, name: string): Meaning {
  return exactly(queries, name) ?? byFileName(queries, lastPart(name)) ?? NOTHING;
}

/** The shortest name by which a mask finds its image again: the image's path without extension, or with it where that is ambiguous. */
export function maskNameOf(queries: Queries, { id, stem, path }: Pick<ImageRow, 'id' | 'stem' | 'path'>): string {
  const { images } = findImagesOfMask(queries, `${stem}.png`);
  return images.length === 1 && images[0]!.id === id ? stem : path;
}

const NOTHING: Meaning = { rank: 2, images: [] };

function exactly({ images }: Queries, name: string): Meaning | null {
  const whole = images.atPath(name);
  if (whole && whole.status !== 'missing') return { rank: 0, images: [whole] };
  const wanted = name.normalize('NFC');
  const samePath = images.withStem(stemOf(wanted)).filter(({ path }) => path.normalize('NFC') === wanted);
  return meaningOf(0, samePath) ?? meaningOf(1, images.withStem(wanted));
}

function byFileName({ images }: Queries, name: string): Meaning | null {
  const wanted = name.normalize('NFC');
  const sameFile = images.withName(stemOf(wanted)).filter(({ path }) => lastPart(path.normalize('NFC')) === wanted);
  return meaningOf(2, sameFile) ?? meaningOf(2, images.withName(wanted));
}

function meaningOf(rank: Meaning['rank'], found: readonly ImageRow[]): Meaning | null {
  const present = found.filter(({ status }) => status !== 'missing');
  const images = (present.length > 0 ? present : found).slice(0, EXAMPLES);
  return images.length > 0 ? { rank, images } : null;
}
