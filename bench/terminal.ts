import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Runs a command of the built terminal. @param onLine gets each line of what it prints, and the seconds after its start @returns seconds */
export async function espalier(
  args: readonly string[],
  onLine: (line: string, seconds: number) => void = () => undefined,
): Promise<number> {
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const cli = join(import.meta.dirname, '..', 'main', 'cli.js');
  const env = { ...process.env, ESPALIER_NODE: process.env.ESPALIER_NODE ?? process.execPath };
  const child = spawn(process.execPath, [cli, ...args, '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => onLine(line, seconds()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`espalier ${args[0]} ended with ${String(code)}`);
  return seconds();
}
