import { createHash } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RandomStream } from '@shared/random';
import type { RgbImage } from '../../media/decode';
import { runEagerly } from '../compile/eager';
import type { Session } from '../compile/program';
import { createPixelNetwork } from '../model/create';
import { initialValues } from '../model/initial';
import { loadTensorFlow } from '../process/tensorflow';
import { programOf } from '../programs';
import { FeatureCache } from './feature-cache';
import { FeatureSource, type WantedSight } from './feature-source';

const PIXELS = 20;
const backbone = 'efficientnet-lite0';
const network = createPixelNetwork(backbone, 1);
const values = initialValues(network.specs, 1);
const random = new RandomStream('features');

let folder: string;
beforeAll(async () => {
  await loadTensorFlow();
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'espalier-features-')));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A source that keeps what it sees in a folder, and how often it looked. */
async function sourceIn(name: string, weights = values): Promise<{ source: FeatureSource; calls: () => number }> {
  let calls = 0;
  const cache = await FeatureCache.open(join(folder, name), () => undefined);
  const source = new FeatureSource(network, weights, cache, () => {
    const opened = runEagerly(programOf({ kind: 'features', backbone }));
    const session: Session = { ...opened, call: (...call) => (calls++, opened.call(...call)) };
    return Promise.resolve(session);
  });
  return { source, calls: () => calls };
}

function sight(width: number, height: number, mirrored = false): WantedSight {
  const image: RgbImage = { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => random.integer(256)) };
  const digest = createHash('sha256').update(image.data).digest();
  return { size: { width, height }, view: { scale: 1, mirrored }, digest, pixels: () => Promise.resolve(image) };
}

const placesIn = ({ size: { width, height } }: WantedSight): { row: number; column: number }[] =>
  Array.from({ length: PIXELS }, () => ({ row: random.uniform(0, height - 1), column: random.uniform(0, width - 1) }));

it('looks at images of one shape together, and says of each what it says of it alone, in whatever company', async () => {
  const sights = [sight(64, 48), sight(32, 32), sight(60, 40)];
  const { source, calls } = await sourceIn('together');
  const alone = await sourceIn('alone');
  try {
    const looks = await source.look(sights);
    expect(calls()).toBe(2);
    for (const [i, each] of sights.entries()) {
      const places = placesIn(each);
      const [look] = await alone.source.look([each]);
      const [ours, theirs] = [look!.maps.features(places), looks[i]!.maps.features(places)];
      expect(ours).toHaveLength(PIXELS * network.inputs);
      expect(Math.max(...ours.map((value, n) => Math.abs(value - theirs[n]!)))).toBeLessThan(1e-3);
    }
  } finally {
    source.dispose();
    alone.source.dispose();
  }
});

it('looks at nothing twice: not at the same content, weights and view, but at all others', async () => {
  const [one, other] = [sight(48, 40), sight(48, 40)];
  const first = await sourceIn('kept');
  const looks = await first.source.look([one]);
  first.source.dispose();
  const places = placesIn(one);

  const { source, calls } = await sourceIn('kept');
  expect([one, other].map((each) => source.kindOf(each))).toEqual(['kept', 'features']);
  const [kept] = await source.look([{ ...one, pixels: () => Promise.reject(new Error('not wanted')) }]);
  expect(kept!.kind).toBe('kept');
  expect(kept!.maps.features(places)).toEqual(looks[0]!.maps.features(places));
  expect(calls()).toBe(0);

  const views = [other, { ...one, view: { scale: 1, mirrored: true } }, { ...one, view: { scale: 0.5, mirrored: false } }];
  for (const each of views) expect((await source.look([each]))[0]!.kind).toBe('features');
  expect(calls()).toBe(3);
  source.dispose();

  const trained = await sourceIn('kept', initialValues(network.specs, 2));
  expect(trained.source.kindOf(one)).toBe('features');
});

it('leaves out what cannot be read, and looks at the others', async () => {
  const { source } = await sourceIn('unreadable');
  const looks = await source.look([{ ...sight(48, 40), pixels: () => Promise.resolve(null) }, sight(48, 40)]);
  expect(looks.map((look) => look?.kind ?? null)).toEqual([null, 'features']);
  source.dispose();
});
