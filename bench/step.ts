/**
 * One training step against PyTorch's, alternating in one run: time, memory and their ratios to the fastest peer.
 * node bench/run.mjs step --peer torch_step.py [--python python3] [--arch small,resnet50] [--mode sup,pgcl] [--crop 192]
 *   [--batch 4] [--rounds 3] [--steps 12] [--threads 2]
 * node bench/run.mjs step --profile [--shapes]: the time by kernel of one step, run eagerly, instead.
 * The peer is a script that prints one JSON line with `ms` and `rss_mb`; without it only our own figures are printed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ENGINE_ENVIRONMENT } from '../src/main/host/project/engine-host';

const { values: options } = parseArgs({
  options: {
    peer: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    arch: { type: 'string', default: 'small' },
    mode: { type: 'string', default: 'sup,pgcl' },
    crop: { type: 'string', default: '192' },
    batch: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    steps: { type: 'string', default: '12' },
    threads: { type: 'string', default: '2' },
    profile: { type: 'boolean', default: false },
    shapes: { type: 'boolean', default: false },
    variants: { type: 'string', default: 'eager,channels-last,compile,channels-last+compile' },
  },
});

const Figures = z.object({ ms: z.number(), rss_mb: z.number() });
type Figures = z.infer<typeof Figures>;

const worker = join(import.meta.dirname, 'step-worker.mjs');
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

function lastLine(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const text = execFileSync(command, args, { encoding: 'utf8', env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] });
  return text.trim().split('\n').at(-1) ?? '';
}

function middle(all: readonly Figures[]): Figures {
  return { ms: median(all.map(({ ms }) => ms)), rss_mb: median(all.map(({ rss_mb }) => rss_mb)) };
}

function compare(arch: string, mode: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-bench-'));
  const shared = ['--arch', arch, '--mode', mode, '--crop', options.crop, '--batch', options.batch, '--steps', options.steps];
  const threads = { OMP_NUM_THREADS: options.threads, TF_NUM_INTRAOP_THREADS: options.threads, ...ENGINE_ENVIRONMENT };
  lastLine(process.execPath, [worker, '--role', 'record', '--folder', folder, ...shared], threads);
  const ours: Figures[] = [];
  const peers = new Map<string, Figures[]>(options.peer ? options.variants.split(',').map((variant) => [variant, []]) : []);
  for (let round = 0; round < Number(options.rounds); round++) {
    ours.push(Figures.parse(JSON.parse(lastLine(process.execPath, [worker, '--role', 'run', '--folder', folder, ...shared], threads))));
    for (const [variant, figures] of peers) {
      const flags = variant === 'eager' ? [] : variant.split('+').map((flag) => `--${flag}`);
      const line = lastLine(options.python, [options.peer ?? '', ...shared, '--threads', options.threads, ...flags]);
      figures.push(Figures.parse(JSON.parse(line)));
    }
  }
  rmSync(folder, { recursive: true });
  print(arch, mode, middle(ours), new Map(Array.from(peers, ([variant, figures]) => [variant, middle(figures)])));
}

function print(arch: string, mode: string, ours: Figures, peers: ReadonlyMap<string, Figures>): void {
  const row = (name: string, { ms, rss_mb }: Figures): string => {
    const ratios = name === 'espalier' ? '' : `${(ours.ms / ms).toFixed(2).padStart(11)}${(ours.rss_mb / rss_mb).toFixed(2).padStart(14)}`;
    return `${arch.padEnd(10)}${mode.padEnd(6)}${name.padEnd(30)}${ms.toFixed(0).padStart(8)}${rss_mb.toFixed(0).padStart(9)}${ratios}`;
  };
  process.stdout.write(`${row('espalier', ours)}\n`);
  for (const [variant, figures] of peers) process.stdout.write(`${row(`peer ${variant}`, figures)}\n`);
}

function profile(arch: string, mode: string): void {
  const shared = ['--arch', arch, '--mode', mode, '--crop', options.crop, '--batch', options.batch];
  const args = [worker, '--role', 'profile', ...shared, ...(options.shapes ? ['--shapes'] : [])];
  process.stdout.write(`${arch} ${mode}\n`);
  execFileSync(process.execPath, args, {
    stdio: ['ignore', 'inherit', 'ignore'],
    env: { ...process.env, OMP_NUM_THREADS: options.threads, TF_NUM_INTRAOP_THREADS: options.threads },
  });
}

function printHeader(): void {
  process.stdout.write(
    `crop ${options.crop}, ${options.batch}+${options.batch} images, ${options.threads} threads; ratios: ours to the peer's\n`,
  );
  process.stdout.write(
    `${'network'.padEnd(10)}${'mode'.padEnd(6)}${''.padEnd(30)}${'ms'.padStart(8)}${'MB'.padStart(9)}${'time ratio'.padStart(11)}${'memory ratio'.padStart(14)}\n`,
  );
}

if (!options.profile) printHeader();
for (const arch of options.arch.split(',')) {
  for (const mode of options.mode.split(',')) (options.profile ? profile : compare)(arch, mode);
}
