/** For benchmarks of the real app: its start, and tables of what was measured. */
import { resolve } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';

export const ROOT = resolve(import.meta.dirname, '../..');

/** Opens a folder in the built app and waits until its first image is on the canvas. */
export async function openApp(folder: string, data: string): Promise<{ app: ElectronApplication; page: Page }> {
  const executablePath = process.env.ESPALIER_INSPECTABLE;
  if (executablePath === undefined) throw new Error('Benchmarks of the window are started with "node bench/run.mjs".');
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const env: Record<string, string> = { ESPALIER_DATA: data };
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] ??= value;
  const app = await _electron.launch({ executablePath, args: [ROOT, folder, ...sandbox], env, timeout: 120_000 });
  const page = await app.firstWindow({ timeout: 120_000 });
  await page.locator('[data-ready="true"]').waitFor({ timeout: 300_000 });
  return { app, page };
}

/** Begins to record milliseconds between the window's animation frames. @returns how to end that, and have them */
export async function recordFrames(page: Page): Promise<() => Promise<number[]>> {
  const handle = await page.evaluateHandle(() => {
    const frames: number[] = [];
    let last = 0;
    let frame = 0;
    const tick = (now: number): void => {
      if (last > 0) frames.push(now - last);
      last = now;
      frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return { frames, stop: () => cancelAnimationFrame(frame) };
  });
  return () =>
    handle.evaluate(({ frames, stop }) => {
      stop();
      return frames;
    });
}

/** MiB the window's process holds. */
export async function memoryOf(app: ElectronApplication): Promise<number> {
  const kilobytes = await app.evaluate(({ app: electron }) =>
    electron.getAppMetrics().map((m) => (m.type === 'Tab' ? m.memory.workingSetSize : 0)),
  );
  return kilobytes.reduce((sum, k) => sum + k, 0) / 1024;
}

export const quantile = (list: readonly number[], q: number): string =>
  ([...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))] ?? NaN).toFixed(1);

export function print(rows: readonly (readonly [what: string, value: string, wanted: string])[]): void {
  const line = ([a, b, c]: readonly [string, string, string]): string => `${a.padEnd(44)} ${b.padStart(10)}   ${c}\n`;
  process.stdout.write([line(['', 'measured', 'wanted']), ...rows.map(line)].join(''));
}
