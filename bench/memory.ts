/**
 * Memory of the engine over a long pgcl training: tensors held and resident memory, which must not grow. After `npm run build`:
 * node bench/run.mjs memory [--steps 2000] [--crop 64] [--batch 2] [--eager]
 * An epoch has 50 steps, so that a checkpoint is written and the teacher pruned 40 times in 2,000 steps.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { testRun, testSettings } from '../src/main/engine/testing/run';
import { Child } from '../src/main/host/process/child-host';
import { ENGINE_ENVIRONMENT } from '../src/main/host/project/engine-host';

const { values: options } = parseArgs({
  options: {
    steps: { type: 'string', default: '2000' },
    crop: { type: 'string', default: '64' },
    batch: { type: 'string', default: '2' },
    eager: { type: 'boolean', default: false },
  },
});

const STEPS_PER_EPOCH = 50;
/** After these steps memory has settled: the tensors from the second on, what is resident from the hundredth. */
const [SETTLED_TENSORS, SETTLED_MEMORY] = [2, 100];

interface Sample {
  readonly step: number;
  readonly tensors: number;
  readonly megabytes: number;
}

const batch = Number(options.batch);
const settings = testSettings({
  crop: Number(options.crop),
  batch,
  epochs: Math.ceil(Number(options.steps) / STEPS_PER_EPOCH),
  warmup: 1,
  stepsPerEpoch: STEPS_PER_EPOCH,
  compiled: !options.eager,
  threads: 0,
});
const picture = { width: 160, height: 120 };
const folder = await testRun(
  settings,
  [picture, picture],
  Array.from({ length: STEPS_PER_EPOCH * batch }, () => picture),
);
const engine = new Child({
  name: 'engine',
  script: join(import.meta.dirname, '../main/engine.js'),
  env: ENGINE_ENVIRONMENT,
  onEnd: () => undefined,
  onLog: (line) => process.stderr.write(`${line}\n`),
});

const samples: Promise<Sample>[] = [];
const sample = async (step: number): Promise<Sample> => {
  const { tensors, residentBytes } = await engine.peer.call('engine.info', null);
  return { step, tensors, megabytes: residentBytes / 2 ** 20 };
};
try {
  await engine.peer.call(
    'engine.train',
    { folder },
    {
      onProgress: ({ step, loss }) => {
        if (loss !== null && (step === SETTLED_TENSORS || step % SETTLED_MEMORY === 0)) samples.push(sample(step));
      },
    },
  );
} finally {
  engine.kill();
  rmSync(folder, { recursive: true });
}

const taken = await Promise.all(samples);
process.stdout.write(`${options.eager ? 'eager' : 'compiled'}, crop ${settings.crop}, ${batch}+${batch} images\n`);
process.stdout.write(`${'step'.padStart(8)}${'tensors'.padStart(10)}${'resident MB'.padStart(14)}\n`);
for (const { step, tensors, megabytes } of taken) {
  process.stdout.write(`${String(step).padStart(8)}${String(tensors).padStart(10)}${megabytes.toFixed(0).padStart(14)}\n`);
}
const settled = taken.find(({ step }) => step >= SETTLED_MEMORY);
const last = taken.at(-1);
if (settled && last) {
  const growth = (100 * (last.megabytes - settled.megabytes)) / settled.megabytes;
  process.stdout.write(`resident memory grew by ${growth.toFixed(1)} % from step ${settled.step} to step ${last.step}\n`);
}
