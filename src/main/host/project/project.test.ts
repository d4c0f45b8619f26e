import { readFileSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventName, PayloadOf } from '@shared/protocol';
import { buildLibrary } from '../../library/testing/child';
import { TestLibrary } from '../../library/testing/library';
import { Project } from './project';

let program: string;
let images: TestLibrary;
let project: Project;
let events: [EventName, unknown][];
beforeAll(async () => {
  program = await buildLibrary('project');
});
beforeEach(async () => {
  images = await TestLibrary.create({ 'a.png': [40, 30] });
  events = [];
  const event = <E extends EventName>(name: E, payload: PayloadOf<E>): void => void events.push([name, payload]);
  project = new Project({ window: false, event, log: () => undefined }, { script: program, wait: () => Promise.resolve() });
});
afterEach(async () => {
  await project.close();
  await images.remove();
});

const forward = (method: string, params: unknown) => project.forward(method, params, {});
const home = (): string => join(images.folder, '.espalier');
const PATIENT = { timeout: 30_000 };

/** Ends the library process as a fault would. */
function killLibrary(): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const ours = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(process.pid);
      if (ours && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(program)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // Ended meanwhile.
    }
  }
}

describe('a project', () => {
  it('is made where there never was one, opened where there is, and closed with nothing in its journal', async () => {
    const made = await project.openOrCreate(images.folder);
    expect(made.classes.map(({ name }) => name)).toEqual(['background', 'object']);
    await forward('classes.add', { name: 'third', color: null });
    await project.closeProject();
    await expect(forward('project.summary', null)).rejects.toMatchObject({ code: 'PROJECT_NOT_OPEN' });
    expect((await project.openOrCreate(images.folder)).classes).toHaveLength(3);
    await project.close();
    expect(readdirSync(home()).filter((name) => /-(wal|shm)$/.test(name))).toEqual([]);
  });

  it('that was lost is not made anew', async () => {
    await project.openOrCreate(images.folder);
    await project.closeProject();
    renameSync(join(home(), 'project.db'), join(home(), 'elsewhere.db'));
    await expect(project.openOrCreate(images.folder)).rejects.toMatchObject({ code: 'PROJECT_LOST' });
  });

  it('is never opened, closed or restored behind the back of its owner', () => {
    for (const method of ['project.open', 'project.close', 'project.restore', 'project.verify']) {
      expect(() => forward(method, { folder: images.folder, create: null })).toThrow(expect.objectContaining({ code: 'UNKNOWN_METHOD' }));
    }
  });

  it('is opened again by a backup, and goes on when the backup cannot be had', async () => {
    await project.openOrCreate(images.folder);
    await forward('classes.add', { name: 'third', color: null });
    await expect(project.restore({ folder: images.folder, backup: 'none' })).rejects.toMatchObject({ code: 'BACKUP_UNKNOWN' });
    expect(await forward('classes.list', null)).toHaveLength(3);
    const [backup] = await project.library.call('project.backups', { folder: images.folder });
    expect((await project.restore({ folder: images.folder, backup: backup!.name })).classes).toHaveLength(2);
  });
});

describe.skipIf(process.platform !== 'linux')('a library that is killed', () => {
  it('comes back with the project, which is told', async () => {
    await project.openOrCreate(images.folder);
    killLibrary();
    await expect.poll(() => events, PATIENT).toMatchObject([['child.restarted', { child: 'library', reason: 'SIGKILL' }]]);
    expect(await forward('classes.list', null)).toHaveLength(2);
  });

  it('while the folder went away loses the project, which is told; another one can be opened', async () => {
    await project.openOrCreate(images.folder);
    const away = `${images.folder}-away`;
    renameSync(images.folder, away);
    killLibrary();
    await expect.poll(() => events, PATIENT).toMatchObject([['project.lost', { code: 'FOLDER_MISSING' }]]);
    renameSync(away, images.folder);
    expect((await project.openOrCreate(images.folder)).classes).toHaveLength(2);
    expect(await forward('classes.list', null)).toHaveLength(2);
  });
});
