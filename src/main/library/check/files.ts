import { lstat, opendir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { namesInOwn, removeOwn } from '../../media/own-files';
import { listBackups } from '../backups/list';
import { isSound } from '../files/journal';
import type { Layout } from '../files/layout';
import type { Queries } from '../queries';
import { fault, type FoundFault } from './faults';

/** What is written under such a name is renamed once it is whole: nobody writes it while this process has the project. */
const TEMPORARY = /^(\.[0-9a-f]{16}\.tmp|(unfinished|alone)\.tmp(-wal|-shm)?|project\.db\.restored|.*\.begun(_files|\.dzi))$/;

/** Files that a write left behind which did not come to its end. */
export async function* checkLeftovers(home: string, folder = home): AsyncGenerator<FoundFault> {
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    if (TEMPORARY.test(entry.name)) yield fault('CHECK_LEFTOVER', { file: relative(home, path) }, () => removeOwn(path));
    else if (entry.isDirectory()) yield* checkLeftovers(home, path);
  }
}

/** Copies made of images, to show them, of which there is no image any more. */
export async function* checkCopies({ home, thumbnails, tiles }: Layout, { images }: Queries): AsyncGenerator<FoundFault> {
  for (const kind of [thumbnails, tiles]) {
    for (const shard of await namesInOwn(kind)) {
      if (!(await lstat(join(kind, shard))).isDirectory()) continue;
      for (const name of await namesInOwn(join(kind, shard))) {
        const path = join(kind, shard, name);
        const id = /^(\d+)-/.exec(name)?.[1];
        if (id === undefined || images.get(Number(id)) !== undefined || TEMPORARY.test(name)) continue;
        yield fault('CHECK_COPY', { file: relative(home, path) }, () => removeOwn(path));
      }
    }
  }
}

/** Backups that cannot be restored. */
export async function checkBackups({ backups }: Layout): Promise<FoundFault[]> {
  const damaged = (await listBackups(backups)).filter(({ file, images }) => images === null || !isSound(file));
  return damaged.map(({ name, file }) => fault('CHECK_BACKUP', { name, file }));
}
