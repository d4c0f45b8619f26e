import { join } from 'node:path';
import type { SampleRange } from '@shared/picture';
import { namesInOwn, removeOwn } from '../../media/own-files';
import type { Layout } from '../files/layout';
import { versionOf, type ImageRow } from '../queries/images';

/** Copies made of images to show them (thumbnails and pyramids) live in folders of their own, one copy of each kind an image. */

/** Name of a copy without its extension: it changes with the file and with the range of samples shown. */
export function copyName(row: ImageRow, range: SampleRange | null = null): string {
  return `${row.id}-${versionOf(row)}${range ? `-${range.black}_${range.white}` : ''}`;
}

/** A thousand images a folder, so that no folder grows without bound. */
export function shard(folder: string, id: number): string {
  return join(folder, String(Math.floor(id / 1000)));
}

/** Removes the copies made of an image. */
export async function forgetPictures(layout: Layout, id: number): Promise<void> {
  for (const folder of [layout.thumbnails, layout.tiles]) await removeOthers(shard(folder, id), id, '');
}

/** Removes the copies of an image in one folder, except that named `kept`. */
export async function removeOthers(folder: string, id: number, kept: string): Promise<void> {
  for (const name of await namesInOwn(folder)) {
    if (name.startsWith(`${id}-`) && name !== kept) await removeOwn(join(folder, name));
  }
}
