/**
 * Images a second of teacher + pruned teacher over a folder: decode, predict, write the review file.
 * node bench/run.mjs predict --images DIR [--count 2000] [--arch efficientnet-lite0] [--classes 11] [--peer predict.py] [--python python3]
 * Images repeat until there are `count`. The peer is a script that takes --images, --count, --classes and --out, does the same and
 * prints one JSON line with `images_per_s` and `rss_mb`; without it only our own figures are printed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { BACKBONES, type Backbone } from '@shared/settings';
import { runEagerly } from '../src/main/engine/compile/eager';
import { load } from '../src/main/engine/compile/load';
import { record } from '../src/main/engine/compile/record';
import { createNetwork } from '../src/main/engine/model/create';
import { initialValues } from '../src/main/engine/model/initial';
import { BACKBONE_DESCRIPTIONS } from '../src/main/engine/model/backbones';
import { Predictor } from '../src/main/engine/predict/predictor';
import { predictionProgram } from '../src/main/engine/programs/prediction';
import { predictForReview } from '../src/main/engine/predict/review';
import { planShapes } from '../src/main/engine/predict/shapes';
import { predictionState, storedState } from '../src/main/engine/predict/weights';
import { startingState } from '../src/main/engine/checkpoint/state';
import { loadTensorFlow } from '../src/main/engine/process/tensorflow';
import { decodeRgb, readHeader } from '../src/main/media/decode';
import { profileKernels, profileTable } from './profile';

const { values: options } = parseArgs({
  options: {
    images: { type: 'string', default: '' },
    count: { type: 'string', default: '2000' },
    arch: { type: 'string', default: 'efficientnet-lite0' },
    classes: { type: 'string', default: '11' },
    peer: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    /** Instead of the comparison: the time by kernel of one image, run eagerly. */
    profile: { type: 'boolean', default: false },
    shapes: { type: 'boolean', default: false },
    /** Internal: where to write the graph, in a process that ends afterwards. */
    record: { type: 'string' },
  },
});

const Peer = z.object({ images_per_s: z.number(), rss_mb: z.number() });
const SCOPE = 'backbone';
const classes = Number(options.classes);
const backbone: Backbone = BACKBONES.find((name) => name === options.arch) ?? 'efficientnet-lite0';
const network = createNetwork(backbone, classes);
const description = BACKBONE_DESCRIPTIONS[backbone];

const names = readdirSync(options.images)
  .filter((name) => /\.(jpe?g|png|webp|tiff?|bmp)$/i.test(name))
  .sort();
const files = await Promise.all(
  names.map(async (name) => {
    const path = join(options.images, name);
    const { width, height } = await readHeader(path);
    return { path, width, height };
  }),
);
const images = Array.from({ length: Number(options.count) }, (_, id) => ({ id, ...files[id % files.length]! }));
const plan = planShapes(files, description.input, classes);
const program = predictionProgram(
  network,
  description,
  {
    pruned: { scope: SCOPE, statistics: 'recalibrated', doubt: 'similarity', views: null },
    scale: null,
    confidence: null,
    viewScale: 1,
    best: false,
  },
  plan.shapes,
);

await loadTensorFlow();
const state = () => predictionState(program.state, 'teacher', storedState(startingState(network, SCOPE, initialValues(network.specs, 1))));
if (options.record) {
  await record(program, options.record);
} else if (options.profile) {
  const session = runEagerly(program);
  session.assign(state());
  const predictor = new Predictor(session, plan, description.input.atOnce);
  const image = await decodeRgb(files[0]!.path);
  predictor.predict([image]);
  const times = profileKernels(() => void predictor.predict([image, image]), options.shapes);
  process.stdout.write(`${profileTable(times)}\n`);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-bench-'));
  spawnSync(process.execPath, [...process.argv.slice(1), '--record', folder], {
    stdio: 'ignore',
    env: { ...process.env, TF_ENABLE_ONEDNN_OPTS: '1' },
  });
  const session = load(folder);
  session.assign(state());
  const predictor = new Predictor(session, plan, description.input.atOnce);
  const start = performance.now();
  await predictForReview(
    { predictor, classIds: Array.from({ length: classes }, (_, id) => id), folder, gamma: 0.7, beta: 1 },
    images,
    () => undefined,
    { signal: new AbortController().signal, onLeftOut: ({ name, reason }) => print(`${name}: ${reason}`, 0, 0) },
  );
  const rate = images.length / ((performance.now() - start) / 1000);
  print('espalier', rate, process.resourceUsage().maxRSS / 1024);
  session.dispose();
  if (options.peer) {
    const args = [options.peer, '--images', options.images, '--count', options.count, '--classes', options.classes, '--out', folder];
    const line = execFileSync(options.python, args, { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
    const peer = Peer.parse(JSON.parse(line));
    print('peer', peer.images_per_s, peer.rss_mb);
    process.stdout.write(`ratio ${(rate / peer.images_per_s).toFixed(2)}\n`);
  }
  rmSync(folder, { recursive: true });
}

function print(name: string, rate: number, memory: number): void {
  process.stdout.write(`${name.padEnd(10)}${rate.toFixed(2).padStart(8)} images/s${memory.toFixed(0).padStart(7)} MB\n`);
}
