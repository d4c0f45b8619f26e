import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test as base, _electron, type ElectronApplication, type Page } from '@playwright/test';

const ROOT = resolve(__dirname, '../..');

/** What set-up found or provided. */
const runtime = JSON.parse(readFileSync(join(ROOT, 'node_modules/.espalier/runtime.json'), 'utf8')) as { childNode: string };

export interface Started {
  readonly app: ElectronApplication;
  readonly page: Page;
}

/** Starts the real app with its data in `data`; further arguments and variables as a terminal would give them. */
export async function start(
  data: string,
  args: readonly string[] = [],
  variables: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const root = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  const executablePath = process.env.ESPALIER_INSPECTABLE; // Set before all tests, see playwright.config.ts.
  if (executablePath === undefined) throw new Error('There is no Electron for journeys.');
  const app = await _electron.launch({
    executablePath,
    args: [ROOT, ...args, ...root],
    env: { ...env, ESPALIER_DATA: data, ...variables },
    timeout: 60_000,
  });
  const page = await app.firstWindow();
  page.on('pageerror', (error) => process.stderr.write(`page error: ${error.message}\n`));
  // The console says that something was not to be had, the answer what and why.
  page.on('response', (response) => {
    const say = (reason: string): void => void process.stderr.write(`${response.status()} ${response.url()}: ${reason}\n`);
    if (response.status() >= 400) response.text().then(say, () => say('no reason was given'));
  });
  page.on('console', (message) => {
    if (message.type() === 'error') process.stderr.write(`console: ${message.text()}\n`);
  });
  return { app, page };
}

/** Runs a command of the terminal with its data in `data`; returns what it prints. */
export function inTerminal(data: string, args: readonly string[]): string {
  const program = process.env.ESPALIER_NODE ?? runtime.childNode;
  const env = { ...process.env, ESPALIER_DATA: data, ELECTRON_RUN_AS_NODE: '1' };
  return execFileSync(program, [join(ROOT, 'out/main/cli.js'), ...args], { env, encoding: 'utf8' });
}

/** Closes an app that would ask first while a run goes on, which nobody is there to answer. */
async function closeUnasked(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ dialog }) => (dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false })));
  await app.close();
}

interface Fixtures {
  /** An empty folder of the test's own, removed at its end. */
  readonly folder: string;
  /** Starts the app; every app started is closed at the test's end. */
  readonly launch: (args?: readonly string[], variables?: Readonly<Record<string, string>>) => Promise<Started>;
}

export const test = base.extend<Fixtures>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'espalier-e2e-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  launch: async ({ folder }, use) => {
    const apps: ElectronApplication[] = [];
    await use(async (args, variables) => {
      const started = await start(join(folder, 'data'), args, variables);
      apps.push(started.app);
      return started;
    });
    for (const app of apps) await closeUnasked(app).catch((error: unknown) => process.stderr.write(`closing: ${String(error)}\n`));
  },
});

export { expect } from '@playwright/test';

/** The native dialog cannot be driven; the folder it would return is given instead. */
export async function chooseFolder(app: ElectronApplication, page: Page, folder: string, button = 'Choose folder'): Promise<void> {
  await app.evaluate(({ dialog, shell }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
    shell.openPath = () => Promise.resolve('');
  }, folder);
  await page.getByRole('button', { name: button }).click();
}
