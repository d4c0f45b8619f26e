import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LabelClass } from '@shared/domain';
import { checkMaskNames } from '../../media/mask-names';
import { paletteOf } from '../../media/palette';
import { writePng } from '../../media/png';
import type { Reading } from '../data/left-out';
import type { NamedImage } from './images';
import type { Prediction, Predictor } from './predictor';

/**
 * Writes the predicted class of each pixel to `out/<name>.png`, indexed by class id with the project's colours.
 * @throws EspalierError MASK_NAME, before anything is predicted; DISK_FULL; AbortError
 */
export async function predictMasks(
  predictor: Predictor,
  classes: readonly LabelClass[],
  images: readonly NamedImage[],
  out: string,
  onImage: () => void,
  reading: Reading,
): Promise<void> {
  await mkdir(out, { recursive: true });
  await checkMaskNames(
    out,
    images.map(({ name }) => name),
  );
  const palette = paletteOf(classes);
  const write = async (image: NamedImage, prediction: Prediction): Promise<void> => {
    const file = join(out, `${image.name}.png`);
    await mkdir(dirname(file), { recursive: true });
    const data = prediction.classes.map((index) => classes[index]!.id);
    await writePng(file, { kind: 'indexed', width: prediction.width, height: prediction.height, data }, palette);
    onImage();
  };
  await predictor.predictFiles(images, write, reading);
}
