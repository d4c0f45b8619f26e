/** One process of the step benchmark: `--role record` writes the graph, `--role run` loads it and times its steps, `--role profile` runs it eagerly. */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { METHODS } from '@shared/methods';
import { CELL } from '@shared/run';
import { BACKBONES, type Backbone } from '@shared/settings';
import { startingState } from '../src/main/engine/checkpoint/state';
import { runEagerly } from '../src/main/engine/compile/eager';
import { load } from '../src/main/engine/compile/load';
import { type Program, type Session, sizeOf, type Specs, type Values } from '../src/main/engine/compile/program';
import { record } from '../src/main/engine/compile/record';
import { RandomStream } from '@shared/random';
import { SGD_MOMENTS } from '../src/main/engine/core/sgd';
import { createNetwork } from '../src/main/engine/model/create';
import { initialValues } from '../src/main/engine/model/initial';
import { release } from '../src/main/engine/process/release';
import { methodOf } from '../src/main/engine/methods/index';
import { rolesOf, trainingProgram } from '../src/main/engine/programs/training';
import { trainingDescent } from '../src/main/engine/programs/descent';
import { loadTensorFlow } from '../src/main/engine/process/tensorflow';
import { profileKernels, profileTable } from './profile';

const CLASSES = 11;
const SCOPE = 'encoder';
const { values: options } = parseArgs({
  options: {
    role: { type: 'string', default: 'run' },
    folder: { type: 'string', default: '' },
    arch: { type: 'string', default: 'small' },
    mode: { type: 'string', default: 'pgcl' },
    crop: { type: 'string', default: '192' },
    batch: { type: 'string', default: '4' },
    steps: { type: 'string', default: '12' },
    shapes: { type: 'boolean', default: false },
    /** Run: say {"ready": true}, and time steps anew for each line of standard input. */
    turns: { type: 'boolean', default: false },
  },
});

const backbone: Backbone = BACKBONES.find((name) => name === options.arch) ?? 'efficientnet-lite0';
const network = createNetwork(backbone, CLASSES);
const mode = METHODS.find((name) => name === options.mode) ?? 'pgcl';
const method = methodOf({ method: mode, refinement: true, doubt: 'similarity' });
const settings = {
  batch: Number(options.batch),
  unlabelledBatch: Number(options.batch),
  crop: Number(options.crop),
  anchors: 1024,
  negatives: 2048,
  tau: 0.5,
  prunedStatistics: 'recalibrated',
  doubt: 'similarity',
  scope: SCOPE,
} as const;
const program: Program = trainingProgram(network, method, settings, trainingDescent({ momentum: 0.9, weightDecay: 1e-4 }));

/** What each role begins with; half of each mask is cut. */
function assignState(session: Session): void {
  const values = initialValues(network.specs, 1);
  const half = new Float32Array(Math.max(...network.specs.map(sizeOf))).map((_, i) => i % 2);
  for (const role of rolesOf(method, SGD_MOMENTS)) {
    const entries = Array.from(startingState(network, SCOPE, values, [role]), ([name, { values }]) => {
      return [name, role === 'mask' ? half.subarray(0, values.length) : values] as const;
    });
    session.assign(Object.fromEntries(entries));
  }
  release(values.values());
}

/** Random images, labels and indices; rates as at the start of a run. */
function randomInputs(specs: Specs): Record<string, Values> {
  const random = new RandomStream(1, 'bench');
  const rates: Readonly<Record<string, number>> = {
    emaAlpha: 0.99,
    lrBackbone: 1e-3,
    lrHead: 1e-3,
    gamma: 0.1,
    beta: 1,
    lambdaCons: 1,
    lambdaCont: 1,
  };
  const pixels = Number(options.batch) * Math.ceil(Number(options.crop) / CELL) ** 2;
  const integers: Readonly<Record<string, number>> = { labels: CLASSES, anchors: pixels, negatives: pixels };
  const entries = Object.entries(specs).map(([name, spec]) => {
    const size = sizeOf(spec);
    const rate = rates[name];
    if (rate !== undefined) return [name, Float32Array.of(rate)] as const;
    if (name === 'inside') return [name, new Float32Array(size).fill(1)] as const;
    if (name === 'rejected') return [name, new Int32Array(size).fill(255)] as const;
    if (spec.dtype === 'int32') return [name, Int32Array.from({ length: size }, () => random.integer(integers[name] ?? 1))] as const;
    return [name, Float32Array.from({ length: size }, () => random.normal())] as const;
  });
  return Object.fromEntries(entries);
}

function ready(session: Session): () => void {
  const entry = method ? 'step' : 'supervised';
  assignState(session);
  const inputs = randomInputs(program.entries[entry]?.inputs ?? {});
  return () => void session.call(entry, inputs);
}

/** Times steps, and prints what they took. */
function timed(step: () => void): void {
  const times = Array.from({ length: Number(options.steps) }, () => {
    const start = performance.now();
    step();
    return performance.now() - start;
  });
  const settled = times.slice(Math.floor(times.length / 3)).sort((a, b) => a - b);
  const figures = {
    ms: settled[Math.floor(settled.length / 2)],
    rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    all: times.map(Math.round),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

await loadTensorFlow();
if (options.role === 'record') {
  await record(program, options.folder);
} else if (options.role === 'profile') {
  const step = ready(runEagerly(program));
  step();
  process.stdout.write(`${profileTable(profileKernels(step, options.shapes))}\n`);
} else {
  const step = ready(load(options.folder));
  if (options.turns) {
    step();
    process.stdout.write('{"ready":true}\n');
    createInterface({ input: process.stdin }).on('line', () => timed(step));
  } else {
    timed(step);
  }
}
