import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildForTests, CHECKOUT } from '../../../testing/build';

const built = join(CHECKOUT, 'out', 'test', 'reindex');
let folder: string;
let data: string;
beforeAll(async () => {
  await rm(built, { recursive: true, force: true });
  const programs = { cli: 'cli/entry/index.ts', library: 'library/index.ts', 'library-reader': 'library/reader/thread.mjs' };
  await buildForTests(built, programs, ['better-sqlite3', 'sharp']);
  [folder, data] = (await Promise.all(['images', 'data'].map((name) => mkdtemp(join(tmpdir(), `espalier-${name}-`))))) as [string, string];
});
afterAll(async () => {
  for (const each of [built, folder, data]) await rm(each, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the terminal's program as it is shipped, until it ends. */
function espalier(...args: string[]): Promise<Ended> {
  const options = { env: { ...process.env, ESPALIER_DATA: data } };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [join(built, 'cli.js'), ...args], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

async function picture(name: string, grey: number): Promise<void> {
  const background = { r: grey, g: grey, b: grey };
  await writeFile(
    join(folder, name),
    await sharp({ create: { width: 9, height: 7, channels: 3, background } })
      .png()
      .toBuffer(),
  );
}

/** What a person reads on stdout, and what a program reads as the last line there. */
const lines = ({ stdout }: Ended): string[] => stdout.trimEnd().split('\n');
const result = (ended: Ended): unknown => JSON.parse(lines(ended).at(-1)!);

test('an index says what was added, mended and removed, names what cannot be read, and ends well', async () => {
  expect(await espalier('index', folder)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('[PROJECT_MISSING]') as string,
  });

  await picture('a.png', 10);
  await picture('b.png', 20);
  await writeFile(join(folder, 'broken.png'), 'no picture');
  const classes = join(data, 'classes.txt');
  await writeFile(classes, 'background\nobject\n');
  expect(await espalier('init', folder, '--classes', classes)).toMatchObject({ code: 0 });

  const same = await espalier('index', folder);
  expect(same).toMatchObject({ code: 0, stdout: '0 added, 0 changed, 0 moved, 0 removed, 1 unreadable\n' });
  expect(same.stderr).toMatch(/^cannot be read: broken\.png \(.+\)$/m);

  await picture('new.png', 30);
  await picture('broken.png', 40);
  await rm(join(folder, 'b.png'));
  const changed = await espalier('index', folder);
  expect(changed).toMatchObject({ code: 0, stdout: '1 added, 1 changed, 0 moved, 1 removed, 0 unreadable\n' });
  expect(changed.stderr).not.toContain('cannot be read');

  await writeFile(join(folder, 'new.png'), 'no picture');
  const told = await espalier('index', folder, '--json');
  expect(told.code).toBe(0);
  expect(result(told)).toEqual({ folder, added: 0, changed: 1, moved: 0, removed: 0, unreadable: 1 });
  expect(lines(told).map((line) => JSON.parse(line) as unknown)).toContainEqual({
    unreadable: 'new.png',
    reason: expect.any(String) as string,
  });

  expect(await espalier('index')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('[USAGE]') as string });
});
