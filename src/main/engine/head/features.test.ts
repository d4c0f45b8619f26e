import { beforeAll, expect, it } from 'vitest';
import { RandomStream } from '@shared/random';
import { stateName } from '../checkpoint/state';
import { runEagerly } from '../compile/eager';
import type { Session } from '../compile/program';
import { createPixelNetwork } from '../model/create';
import { initialValues } from '../model/initial';
import { planShapes } from '../predict/shapes';
import { loadTensorFlow } from '../process/tensorflow';
import { programOf } from '../programs';
import { FeatureReader, type Look } from './features';

beforeAll(() => loadTensorFlow());

const PIXELS = 20;
const backbone = 'efficientnet-lite0';
const network = createPixelNetwork(backbone, 1);
const random = new RandomStream('features');

function lookAt(width: number, height: number): Look {
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.integer(256));
  const places = Array.from({ length: PIXELS + 5 }, () => ({ row: random.uniform(0, height - 1), column: random.uniform(0, width - 1) }));
  return { image: { width, height, data }, places };
}

it('looks at images of one shape together, and says of each what it says of it alone', () => {
  const looks = [lookAt(64, 48), lookAt(32, 32), lookAt(60, 40)];
  const plan = planShapes(
    looks.map(({ image }) => image),
    1,
  );
  const opened = runEagerly(programOf({ kind: 'features', backbone, pixels: 2 * PIXELS, shapes: plan.shapes }));
  let calls = 0;
  const session: Session = { ...opened, call: (entry, inputs) => (calls++, opened.call(entry, inputs)) };
  try {
    const values = initialValues(network.specs, 1);
    const own = network.specs.filter(({ part }) => part === 'backbone');
    session.assign(Object.fromEntries(own.map(({ name }) => [stateName('teacher', name), values.get(name)!])));
    const reader = new FeatureReader(session, plan, network.inputs, 2 * PIXELS);
    const together = reader.read(looks);
    expect(calls).toBe(2);
    looks.forEach((look, i) => {
      const [alone] = reader.read([look]);
      expect(alone).toHaveLength(look.places.length * network.inputs);
      expect(Math.max(...alone!.map((value, n) => Math.abs(value - together[i]![n]!)))).toBeLessThan(1e-4);
    });
  } finally {
    session.dispose();
  }
});
