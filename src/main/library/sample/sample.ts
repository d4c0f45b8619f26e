import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EspalierError, isDenied } from '@shared/errors';
import type { ParamsOf, Progress, ResultOf } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import { writePng } from '../../media/png';
import { paletteOf } from '../../media/palette';
import { ProgressMeter } from '../progress/meter';
import { SAMPLE_RECIPE } from './recipe';
import { renderMicrograph } from './render';

const PALETTE = paletteOf(SAMPLE_RECIPE.classes.map((each, id) => ({ ...each, id, position: id })));

/**
 * Makes fluorescence micrographs in `folder/micrographs` and their masks in `folder/truth`, `cells_0001.png` and on.
 * The same seed makes the same files; files that exist are kept.
 * @throws EspalierError FOLDER_READ_ONLY, DISK_FULL, CANCELLED
 */
export async function createSample(
  { folder, images: count, size, seed }: ParamsOf<'sample.create'>,
  { signal, progress }: CallContext<Progress>,
): Promise<ResultOf<'sample.create'>> {
  const [images, truth] = [join(folder, 'micrographs'), join(folder, 'truth')];
  try {
    for (const each of [images, truth]) await mkdir(each, { recursive: true });
    const meter = new ProgressMeter(count, progress);
    for (let index = 0; index < count; index++) {
      signal.throwIfAborted();
      await createImage(images, truth, seed, index, size);
      meter.advance();
    }
    return { images, truth };
  } catch (error) {
    if (!isDenied(error)) throw error;
    throw new EspalierError('FOLDER_READ_ONLY', { folder }, { cause: error });
  }
}

async function createImage(images: string, truth: string, seed: number, index: number, size: number): Promise<void> {
  const name = `cells_${String(index + 1).padStart(4, '0')}.png`;
  const [image, mask] = [join(images, name), join(truth, name)];
  if ((await exists(image)) && (await exists(mask))) return;
  const micrograph = renderMicrograph(SAMPLE_RECIPE, seed, index, size);
  await writePng(mask, { kind: 'indexed', width: size, height: size, data: micrograph.truth }, PALETTE);
  await writePng(image, { kind: 'grey', width: size, height: size, data: micrograph.grey });
}

async function exists(file: string): Promise<boolean> {
  return access(file, constants.F_OK).then(
    () => true,
    () => false,
  );
}
