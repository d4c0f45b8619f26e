/**
 * Our side of the benchmark `head`: `--role record` writes the graph of a case; without it a process that says {"ready": true}, and for each
 * line of standard input times some calls, as its peer does: {"ms", "cpu_ms", "rss_mb"}, the median of one image or step.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { RandomStream } from '@shared/random';
import { BACKBONES, settingsFrom } from '@shared/settings';
import { stateName } from '../src/main/engine/checkpoint/state';
import { runEagerly } from '../src/main/engine/compile/eager';
import { load } from '../src/main/engine/compile/load';
import type { Session } from '../src/main/engine/compile/program';
import { record } from '../src/main/engine/compile/record';
import { FeatureReader } from '../src/main/engine/head/feature-reader';
import { HeadTraining } from '../src/main/engine/head/head-training';
import { HeadSchedule } from '../src/main/engine/head/schedule';
import { PixelTable } from '../src/main/engine/head/table';
import { BACKBONE_DESCRIPTIONS } from '../src/main/engine/model/backbones';
import { createPixelNetwork } from '../src/main/engine/model/create';
import { createHeadNetwork } from '../src/main/engine/model/head-network';
import { initialValues } from '../src/main/engine/model/initial';
import { release } from '../src/main/engine/process/release';
import { loadTensorFlow } from '../src/main/engine/process/tensorflow';
import { type ProgramDescription, programOf } from '../src/main/engine/programs';
import { profileKernels, profileTable } from './profile';

const { values: options } = parseArgs({
  options: {
    role: { type: 'string', default: 'run' },
    case: { type: 'string', default: 'features' },
    backbone: { type: 'string', default: 'efficientnet-lite0' },
    folder: { type: 'string', default: '' },
    height: { type: 'string', default: '360' },
    width: { type: 'string', default: '480' },
    pixels: { type: 'string', default: '2048' },
    classes: { type: 'string', default: '11' },
    calls: { type: 'string', default: '5' },
    shapes: { type: 'boolean', default: false },
  },
});
const COMPONENTS = 256;
const ROWS = 20_000;
const [height, width, pixels, classes] = [options.height, options.width, options.pixels, options.classes].map(Number) as [
  number,
  number,
  number,
  number,
];
const random = new RandomStream(1, 'bench');
const backbone = BACKBONES.find((name) => name === options.backbone) ?? 'efficientnet-lite0';
/** Images of a call. */
const images = options.case === 'features' ? BACKBONE_DESCRIPTIONS[backbone].input.atOnce : 1;
const settings = settingsFrom('balanced');

const description: ProgramDescription =
  options.case === 'features' ? { kind: 'features', backbone } : { kind: 'head', settings, classes, inputs: COMPONENTS };

/** Images as they are looked at together, decoded: their pixels as floats in the network's window, and the features of some of them. */
function features(session: Session): () => void {
  const network = createPixelNetwork(backbone, 1);
  const values = initialValues(network.specs, 1);
  const own = network.specs.filter(({ part }) => part === 'backbone');
  session.assign(Object.fromEntries(own.map(({ name }) => [stateName('teacher', name), values.get(name)!])));
  release(values.values());
  const reader = new FeatureReader(session, network.layout);
  const image = { height, width, data: Uint8Array.from({ length: height * width * 3 }, () => random.integer(256)) };
  const places = Array.from({ length: pixels }, () => ({ row: random.uniform(0, height - 1), column: random.uniform(0, width - 1) }));
  return () => reader.read(Array.from({ length: images }, () => image)).forEach((maps) => maps.features(places));
}

/** A step of a head, its pixels drawn and gathered. */
function step(session: Session): () => void {
  const network = createHeadNetwork(COMPONENTS, classes);
  const [labelled, unlabelled, beside] = Array.from({ length: 3 }, randomTable) as [PixelTable, PixelTable, PixelTable];
  const start = initialValues(network.specs, settings.seed);
  // More steps than are ever taken; with unlabelled pixels from the first one on.
  const [epochs, semi] = [1000, options.case === 'semi'];
  const schedule = new HeadSchedule({ ...settings, epochs, warmup: 0 }, 1000, semi);
  const head = new HeadTraining(session, network, settings, schedule, { labelled, unlabelled: [unlabelled, beside] }, 'bench', start);
  return () => void head.step();
}

function randomTable(): PixelTable {
  const values = Float32Array.from({ length: ROWS * COMPONENTS }, () => random.normal());
  const columns = {
    at: Int32Array.from({ length: ROWS }, (_, row) => row),
    labels: Uint8Array.from({ length: ROWS }, () => random.integer(classes)),
    weights: new Float32Array(ROWS).fill(1),
    images: new Int32Array(ROWS),
    views: new Uint8Array(ROWS),
  };
  return new PixelTable({ inputs: COMPONENTS, values }, columns, [{ scale: 1, mirrored: false }], classes);
}

const ready = (session: Session): (() => void) => (options.case === 'features' ? features : step)(session);

await loadTensorFlow();
if (options.role === 'record') {
  await record(programOf(description), options.folder);
} else if (options.role === 'profile') {
  const call = ready(runEagerly(programOf(description)));
  call();
  process.stdout.write(`${profileTable(profileKernels(call, options.shapes))}\n`);
} else {
  const call = ready(load(options.folder));
  const calls = Number(options.calls);
  for (let i = 0; i < 3; i++) call();
  process.stdout.write('{"ready":true}\n');
  createInterface({ input: process.stdin }).on('line', () => {
    const before = process.cpuUsage();
    const times = Array.from({ length: calls }, () => {
      const start = performance.now();
      call();
      return (performance.now() - start) / images;
    }).sort((a, b) => a - b);
    const { user, system } = process.cpuUsage(before);
    const figures = {
      ms: times[times.length >> 1],
      cpu_ms: (user + system) / 1000 / calls / images,
      rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  });
}
