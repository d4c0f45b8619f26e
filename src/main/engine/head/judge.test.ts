import { beforeAll, expect, it } from 'vitest';
import { RandomStream } from '@shared/random';
import { settingsFrom } from '@shared/settings';
import { runEagerly } from '../compile/eager';
import { createHeadNetwork } from '../model/head-network';
import { initialValues } from '../model/initial';
import { loadTensorFlow } from '../process/tensorflow';
import { headProgram } from '../programs/head';
import { type Basis, basisOf, componentsOf } from './basis';
import { partsOf } from './cross-fit';
import { HeadTraining } from './head-training';
import { judge } from './judge';
import { HeadSchedule } from './schedule';
import { PixelTable } from './table';

beforeAll(() => loadTensorFlow());

const [IMAGES, PIXELS, OWN, WHOLE, CLASSES, STEPS] = [6, 120, 270, 400, 2, 100];
const settings = settingsFrom('quick', { pixels: 64 });

/** Pixels whose class stands in their first number; the others vary from pixel to pixel, or set an image apart as a whole. */
function pixelsOfImages(): PixelTable {
  const [random, inputs, size] = [new RandomStream(1, 'pixels'), OWN + WHOLE, IMAGES * PIXELS];
  const values = new Float32Array(size * inputs);
  const labels = Uint8Array.from({ length: size }, (_, row) => row % CLASSES);
  for (let image = 0; image < IMAGES; image++) {
    const signature = Array.from({ length: WHOLE }, () => random.normal());
    for (let row = image * PIXELS; row < (image + 1) * PIXELS; row++) {
      const own = Array.from({ length: OWN }, (_, i) => random.normal() + (i === 0 ? 8 * labels[row]! : 0));
      values.set([...own, ...signature], row * inputs);
    }
  }
  const rows = {
    at: Int32Array.from({ length: size }, (_, row) => row),
    labels,
    weights: new Float32Array(size).fill(1),
    images: Int32Array.from({ length: size }, (_, row) => Math.floor(row / PIXELS)),
    views: new Uint8Array(size),
  };
  return new PixelTable({ inputs, values }, rows, [{ mirrored: false, scale: 1 }], CLASSES);
}

it('tells what heads are worth on images that neither they nor what turns their features have met', { timeout: 240_000 }, async () => {
  const labelled = pixelsOfImages();
  const network = createHeadNetwork(componentsOf(OWN + WHOLE), CLASSES);
  const session = runEagerly(headProgram(network, null, settings));
  const schedule = new HeadSchedule({ ...settings, epochs: 1 }, STEPS, false);
  const start = initialValues(network.specs, 0);
  const worth = async (basisFor: (rest: PixelTable) => Basis): Promise<number> => {
    const judgement = await judge(
      partsOf(
        labelled,
        [
          [0, 1],
          [2, 3],
          [4, 5],
        ],
        basisFor,
      ),
      null,
      1,
      [],
      schedule,
      false,
      (pixels, fold) => new HeadTraining(session, network, settings, schedule, pixels, `fold ${fold}`, start),
      () => Promise.resolve(),
    );
    return judgement!.verdict.labels;
  };
  const apart = await worth((rest) => basisOf(rest, 1));
  // A basis that has met all images gives those that are held out directions in which weights stay as they were drawn.
  const together = await worth(() => basisOf(labelled, 1));
  expect(apart).toBeGreaterThan(0.9);
  expect(together).toBeLessThan(apart - 0.05);
  session.dispose();
});
