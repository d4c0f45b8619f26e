import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EspalierError } from '@shared/errors';
import { LibraryHost, RESTART_PAUSES } from './library-host';

/**
 * A library that does as a file says: `dies` and `refuses` are about opening. It writes down what it is asked, and answers
 * `pid` and `poison` beside the methods of a project.
 */
const SCRIPT = (folder: string): string => `
const fs = require('node:fs');
const say = (line) => fs.appendFileSync(${JSON.stringify(join(folder, 'asked'))}, line + '\\n');
say('started');
process.on('disconnect', () => process.exit(0));
process.on('message', ({ type, id, method, params }) => {
  if (type !== 'call') return;
  const answer = (value) => process.send({ type: 'result', id, value });
  const mood = fs.readFileSync(${JSON.stringify(join(folder, 'mood'))}, 'utf8');
  if (method === 'pid') return answer(process.pid);
  if (method === 'poison') process.exit(4);
  say(method + ' ' + (params ? params.folder : ''));
  if (method !== 'project.open') return answer(null);
  if (mood === 'dies') process.exit(3);
  const code = mood === 'refuses' ? 'PROJECT_DAMAGED' : null;
  if (code) return process.send({ type: 'error', id, error: { code, params: { folder: params.folder }, detail: '' } });
  const warnings = mood === 'warns' ? [{ code: 'BACKUP_FAILED', sentence: 'It was not backed up.' }] : [];
  answer({ id: 'x', folder: params.folder, name: 'n', classes: [], images: { total: 0, labelled: 0, unlabelled: 0, problem: 0 }, warnings });
});`;

let folder: string;
let host: LibraryHost;
let pauses: number[];
let restarts: number;
let lost: EspalierError[];
let warned: string[];
/** Holds a pause until it is released, when set. */
let gate: Promise<void>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'espalier-host-'));
  writeFileSync(join(folder, 'library.cjs'), SCRIPT(folder));
  writeFileSync(join(folder, 'asked'), '');
  mood('well');
  [pauses, restarts, lost, warned, gate] = [[], 0, [], [], Promise.resolve()];
  host = new LibraryHost({
    script: join(folder, 'library.cjs'),
    log: () => undefined,
    onOpen: ({ warnings }) => warned.push(...warnings.map(({ sentence }) => sentence)),
    onRestart: () => restarts++,
    onLost: (error) => lost.push(error),
    wait: (milliseconds) => {
      pauses.push(milliseconds);
      return gate;
    },
  });
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

const mood = (is: 'well' | 'warns' | 'dies' | 'refuses'): void => writeFileSync(join(folder, 'mood'), is);
const asked = (): string[] => readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');
const open = (of: string) => host.open({ folder: of, create: null });
const poison = () => host.callRaw('poison', null);
const PATIENT = { timeout: 30_000 };

async function kill(): Promise<void> {
  process.kill((await host.callRaw('pid', null)) as number, 'SIGKILL');
}

describe('a library that dies', () => {
  it('is started again with its project; calls in flight fail, later ones wait', async () => {
    await open('/a');
    await expect(poison()).rejects.toMatchObject({ code: 'CHILD_EXITED' });
    expect(await host.callRaw('pid', null)).toEqual(expect.any(Number));
    expect(asked()).toEqual(['started', 'project.open /a', 'started', 'project.open /a']);
    expect([pauses, restarts, lost, host.folder]).toEqual([[0], 1, [], '/a']);
  });

  it('is told of with what the user is to know of the project, at every opening', async () => {
    mood('warns');
    await open('/a');
    expect(warned).toEqual(['It was not backed up.']);
    await expect(poison()).rejects.toMatchObject({ code: 'CHILD_EXITED' });
    await host.callRaw('pid', null);
    expect(warned).toEqual(['It was not backed up.', 'It was not backed up.']);
  });

  it('at every opening is given up after growing pauses, with a sentence', async () => {
    await open('/a');
    mood('dies');
    await expect(poison()).rejects.toMatchObject({ code: 'CHILD_EXITED' });
    await expect.poll(() => lost, PATIENT).toMatchObject([{ code: 'LIBRARY_FAILING', params: { folder: '/a' } }]);
    expect(pauses).toEqual([...RESTART_PAUSES]);
    expect(asked().filter((line) => line === 'started')).toHaveLength(1 + RESTART_PAUSES.length);
    expect([restarts, host.folder]).toEqual([0, null]);
  });

  it('soon after every opening is given up too', async () => {
    await open('/a');
    for (let death = 0; death <= RESTART_PAUSES.length; death++) await expect(poison()).rejects.toMatchObject({ code: 'CHILD_EXITED' });
    await expect.poll(() => lost, PATIENT).toMatchObject([{ code: 'LIBRARY_FAILING' }]);
    expect([pauses, host.folder]).toEqual([[...RESTART_PAUSES], null]);
  });
});

describe('a project that was closed', () => {
  it('is never opened again, however the library ends', async () => {
    await open('/a');
    await host.closeProject();
    await kill();
    await expect.poll(() => host.callRaw('pid', null).catch(() => null), PATIENT).toEqual(expect.any(Number));
    expect(asked()).toEqual(['started', 'project.open /a', 'project.close ', 'started']);
    expect([pauses, restarts, lost]).toEqual([[], 0, []]);
  });

  it('while it waits to be opened again is not', async () => {
    let release = (): void => undefined;
    gate = new Promise((resolve) => (release = resolve));
    await open('/a');
    await expect(poison()).rejects.toMatchObject({ code: 'CHILD_EXITED' });
    await expect.poll(() => pauses, PATIENT).toEqual([0]);
    await host.closeProject();
    release();
    expect(await host.callRaw('pid', null)).toEqual(expect.any(Number));
    expect(asked()).toEqual(['started', 'project.open /a', 'started']);
  });
});

describe('after a reopening that failed', () => {
  it('any other project can be opened, and the same one again', async () => {
    await open('/a');
    mood('refuses');
    await expect(poison()).rejects.toMatchObject({ code: 'CHILD_EXITED' });
    await expect.poll(() => lost, PATIENT).toMatchObject([{ code: 'PROJECT_DAMAGED' }]);
    await expect(open('/a')).rejects.toMatchObject({ code: 'PROJECT_DAMAGED' });
    mood('well');
    expect(await open('/b')).toMatchObject({ folder: '/b' });
    expect(await host.callRaw('pid', null)).toEqual(expect.any(Number));
    expect(await open('/a')).toMatchObject({ folder: '/a' });
    await expect(poison()).rejects.toMatchObject({ code: 'CHILD_EXITED' });
    await host.callRaw('pid', null);
    expect(asked().slice(-2)).toEqual(['started', 'project.open /a']);
  });

  it('the one to be opened instead is not waited for behind a pause', async () => {
    gate = new Promise(() => undefined);
    await open('/a');
    await expect(poison()).rejects.toMatchObject({ code: 'CHILD_EXITED' });
    await expect.poll(() => pauses, PATIENT).toEqual([0]);
    expect(await open('/b')).toMatchObject({ folder: '/b' });
    expect([host.folder, restarts]).toEqual(['/b', 0]);
  });
});
