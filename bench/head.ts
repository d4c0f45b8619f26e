/**
 * Features of a frozen backbone and steps of a head against PyTorch's, taking turns in one run: time, processor time, and the median over the
 * turns of our time over the fastest peer's; and steps of a head against a pruning-guided step of a whole network, today's preset `pruning`.
 * node bench/run.mjs head [--python python3] [--backbone dinov2-small] [--threads 1,2] [--sizes 480x360,832x624,960x720] [--cases features,fit,semi,pgcl] [--turns 7]
 * node bench/run.mjs head --profile [--cases features] [--shapes]: the time by kernel of one call, run eagerly, instead.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ENGINE_ENVIRONMENT } from '../src/main/host/project/engine-host';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    backbone: { type: 'string', default: 'efficientnet-lite0' },
    threads: { type: 'string', default: '1,2' },
    sizes: { type: 'string', default: '480x360,832x624,960x720' },
    cases: { type: 'string', default: 'features,fit,semi,pgcl' },
    turns: { type: 'string', default: '7' },
    profile: { type: 'boolean', default: false },
    shapes: { type: 'boolean', default: false },
  },
});

const Figures = z.object({ ms: z.number(), cpu_ms: z.number().nullable().default(null), rss_mb: z.number() });
type Figures = z.infer<typeof Figures>;

/** Lets the threads of the one whose turn is over go to sleep. */
const PAUSE = 100;
const root = join(import.meta.dirname, '..', '..');
const ours = join(import.meta.dirname, 'head-worker.mjs');
const step = join(import.meta.dirname, 'step-worker.mjs');
const peer = join(root, 'bench', 'peers', 'torch_head.py');
/** Of PyTorch; the fastest one counts. */
const VARIANTS = {
  features: options.backbone.startsWith('dinov2')
    ? ['eager', 'compile', 'freeze']
    : ['channels-last', 'channels-last --images 2', 'compile', 'freeze', 'freeze --images 2'],
  fit: ['foreach', 'fused', 'compile'],
  semi: ['foreach', 'fused', 'compile'],
};

/** A process that times some calls whenever it is its turn. */
class Player {
  readonly figures: Figures[] = [];
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #interface: Interface;

  constructor(
    readonly name: string,
    command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv,
  ) {
    this.#child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#interface = createInterface({ input: this.#child.stdout! });
    this.#lines = this.#interface[Symbol.asyncIterator]();
  }

  /** @throws Error when the process ends instead */
  async ready(): Promise<void> {
    await this.#next();
  }

  async turn(): Promise<void> {
    this.#child.stdin!.write('\n');
    this.figures.push(Figures.parse(JSON.parse(await this.#next())));
    await wait(PAUSE);
  }

  end(): void {
    this.#interface.close();
    this.#child.kill('SIGKILL');
  }

  async #next(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.name} has ended`);
    return value;
  }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
const time = ({ figures }: Player): number => median(figures.map(({ ms }) => ms));

function environment(threads: string): NodeJS.ProcessEnv {
  return { OMP_NUM_THREADS: threads, TF_NUM_INTRAOP_THREADS: threads, ...ENGINE_ENVIRONMENT };
}

/** Takes turns, ours first, then each of the others, and prints what they took. */
async function play(name: string, threads: string, players: readonly Player[], wanted: string): Promise<void> {
  try {
    for (const player of players) await player.ready();
    for (let turn = 0; turn < Number(options.turns); turn++) for (const player of players) await player.turn();
  } finally {
    for (const player of players) player.end();
  }
  print(name, threads, players, wanted);
}

function recorded(worker: string, args: readonly string[], env: NodeJS.ProcessEnv): string {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-bench-'));
  const how = [worker, '--role', 'record', '--folder', folder, ...args];
  execFileSync(process.execPath, how, { env: { ...process.env, ...env }, stdio: 'ignore' });
  return folder;
}

function print(name: string, threads: string, players: readonly Player[], wanted: string): void {
  const [own, ...others] = players as [Player, ...Player[]];
  for (const player of players) {
    const ratios = own.figures.map(({ ms }, turn) => ms / player.figures[turn]!.ms);
    const cpu = player.figures.some(({ cpu_ms }) => cpu_ms === null) ? '–' : median(player.figures.map(({ cpu_ms }) => cpu_ms!)).toFixed(2);
    const fastest = player !== own && time(player) === Math.min(...others.map(time)) ? `  ← ${wanted}` : '';
    const columns = [
      time(player).toFixed(2),
      cpu,
      player.figures.at(-1)!.rss_mb.toFixed(0),
      player === own ? '' : median(ratios).toFixed(2),
    ];
    const figures = columns.map((column) => column.padStart(9)).join('');
    process.stdout.write(`${name.padEnd(20)}${threads.padStart(2)}  ${player.name.padEnd(28)}${figures}${fastest}\n`);
  }
}

async function compare(kind: 'features' | 'fit' | 'semi', size: string | null, threads: string): Promise<void> {
  const [width, height] = size?.split('x') ?? [];
  const shared = [
    '--case',
    kind,
    '--backbone',
    options.backbone,
    ...(width && height ? ['--width', width, '--height', height] : []),
    '--calls',
    size ? '5' : '100',
  ];
  const env = environment(threads);
  const folder = recorded(ours, shared, env);
  await play(
    size ? `${kind} ${size}` : kind,
    threads,
    [
      new Player('espalier', process.execPath, [ours, '--folder', folder, ...shared], env),
      ...VARIANTS[kind].map((variant) => {
        const args = [peer, ...shared, '--threads', threads, '--variant', ...variant.split(' ')];
        return new Player(`PyTorch ${variant}`, options.python, args, {});
      }),
    ],
    'at most 1.00 is wanted',
  );
  rmSync(folder, { recursive: true });
}

/** A step of a head with unlabelled pixels, and one of a whole network, four labelled and four unlabelled crops of 192 pixels. */
async function compareSteps(threads: string): Promise<void> {
  const env = environment(threads);
  const [head, network] = [recorded(ours, ['--case', 'semi'], env), recorded(step, [], env)];
  await play(
    'step',
    threads,
    [
      new Player('head, cached features', process.execPath, [ours, '--case', 'semi', '--calls', '100', '--folder', head], env),
      new Player('whole network, pgcl', process.execPath, [step, '--turns', '--steps', '5', '--folder', network], env),
    ],
    'at most 0.05 is wanted',
  );
  for (const folder of [head, network]) rmSync(folder, { recursive: true });
}

function profile(kind: string, size: string | null): void {
  const [width, height] = size?.split('x') ?? [];
  const args = [
    ours,
    '--role',
    'profile',
    '--case',
    kind,
    '--backbone',
    options.backbone,
    ...(width && height ? ['--width', width, '--height', height] : []),
  ];
  process.stdout.write(`${kind} ${size ?? ''}\n`);
  execFileSync(process.execPath, options.shapes ? [...args, '--shapes'] : args, {
    stdio: ['ignore', 'inherit', 'ignore'],
    env: { ...process.env, ...environment(options.threads.split(',').at(-1)!) },
  });
}

if (!options.profile) {
  const titles = ['ms', 'CPU ms', 'MB', 'ratio'].map((title) => title.padStart(9)).join('');
  process.stdout.write(`${'of one image or step'.padEnd(20)} ×  ${''.padEnd(28)}${titles}\n`);
}
for (const threads of options.profile ? ['2'] : options.threads.split(',')) {
  for (const kind of options.cases.split(',')) {
    for (const size of kind === 'features' ? options.sizes.split(',') : [null]) {
      if (options.profile) profile(kind, size);
      else if (kind === 'features' || kind === 'fit' || kind === 'semi') await compare(kind, size, threads);
      else await compareSteps(threads);
    }
  }
}
