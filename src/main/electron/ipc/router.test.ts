import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toEspalierError, type EspalierError } from '@shared/errors';
import { methods, type MethodOf } from '@shared/protocol';
import { Peer, type Handlers, type Port } from '@shared/rpc';
import { route } from './router';
import { ShownFolders } from './shown-folders';

/** All that a page can reach. Whoever adds to it opens a door to what a page may do: never a path to write that the user did not choose. */
const REACHABLE = [
  'app.chooseFolder',
  'app.closeProject',
  'app.info',
  'app.log',
  'app.openProject',
  'app.restoreProject',
  'app.sample',
  'app.saveText',
  'app.showFolder',
  'app.verifyProject',
  'app.window',
  'backbones.measure',
  'backbones.paces',
  'classes.add',
  'classes.addSet',
  'classes.counts',
  'classes.list',
  'classes.merge',
  'classes.recolor',
  'classes.remove',
  'classes.reorder',
  'classes.update',
  'classes.usage',
  'comparisons.measure',
  'comparisons.read',
  'export.masks',
  'formats.list',
  'images.get',
  'images.list',
  'images.mark',
  'images.position',
  'images.samples',
  'images.update',
  'import.look',
  'import.masks',
  'labels.apply',
  'labels.read',
  'labels.redo',
  'labels.restore',
  'labels.undo',
  'labels.versions',
  'learning.look',
  'learning.start',
  'learning.status',
  'learning.stop',
  'models.export',
  'predictions.embedding',
  'predictions.read',
  'preview.all',
  'preview.show',
  'project.backups',
  'project.check',
  'project.index',
  'project.summary',
  'review.accept',
  'review.acceptByRule',
  'review.decided',
  'review.decisions',
  'review.reject',
  'review.revoke',
  'review.revokeAll',
  'review.tryRule',
  'runs.comment',
  'runs.list',
  'runs.remove',
  'runs.space',
  'subsets.clear',
  'subsets.get',
  'subsets.make',
  'suggestions.make',
  'training.predict',
  'training.resume',
  'training.start',
  'training.status',
  'training.stepAside',
  'training.stop',
  'weights.download',
  'weights.import',
  'weights.list',
  'weights.remove',
];

let folder: string;
let [page, main]: [MessagePort, MessagePort] = [null!, null!];
let client: Peer;
let folders: ShownFolders;
let forwarded: string[];
let faults: EspalierError[];

function portOf(port: MessagePort): Port {
  return { post: (message) => port.postMessage(message), onMessage: (listener) => port.on('message', listener) };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-router-'));
  ({ port1: page, port2: main } = new MessageChannel());
  [forwarded, faults] = [[], []];
  folders = new ShownFolders();
  folders.project = folder;
  const hear = (error: unknown): void => void faults.push(toEspalierError(error));
  const own = new Proxy({} as Handlers<MethodOf<'main'>>, {
    getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true }),
    get: (_target, method) => () => {
      forwarded.push(String(method));
      return null;
    },
  });
  const forward = (method: string): Promise<unknown> => {
    forwarded.push(method);
    return Promise.resolve(method === 'export.masks' ? { written: 1, share: 1, folder: join(folder, 'masks'), remarks: [] } : null);
  };
  new Peer(portOf(main), route({ project: { forward }, own, folders, onError: hear }), hear);
  client = new Peer(portOf(page));
});
afterEach(async () => {
  page.close();
  await rm(folder, { recursive: true });
});

/** What a page says without our code around it, and the answers it gets until one to a call that comes last. */
async function raw(...messages: unknown[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  const done = new Promise<void>((resolve) => {
    page.on('message', (answer: { id?: unknown }) => {
      if (answer.id === 4711) resolve();
      else answers.push(answer);
    });
  });
  for (const message of [...messages, { type: 'call', id: 4711, method: 'runs.list', params: null }]) page.postMessage(message);
  await done;
  return answers;
}

describe('the router', () => {
  it('lets a page call what is for windows, and nothing else', async () => {
    const named = Object.keys(methods).sort();
    expect(named.filter((method) => methods[method as keyof typeof methods].caller === 'window')).toEqual(REACHABLE);
    for (const method of named.filter((each) => !REACHABLE.includes(each))) {
      await expect(client.callRaw(method, null)).rejects.toMatchObject({ code: 'METHOD_REFUSED', params: { method } });
    }
    for (const method of ['files.steal', 'constructor', '__proto__', '']) {
      await expect(client.callRaw(method, null)).rejects.toMatchObject({ code: 'UNKNOWN_METHOD' });
    }
    expect(forwarded).toEqual([]);
    await client.callRaw('runs.list', null);
    await client.callRaw('training.stop', { how: 'stop' });
    expect(forwarded).toEqual(['runs.list', 'training.stop']);
  });

  it('checks what main’s own methods are asked', async () => {
    await expect(client.callRaw('app.openProject', { folder: 7 })).rejects.toMatchObject({
      code: 'INVALID_MESSAGE',
      params: { path: 'app.openProject.params.folder' },
    });
    expect(forwarded).toEqual([]);
  });

  it('has only the project and what was exported shown, and only while they are folders', async () => {
    expect(await folders.mayShow(folder)).toBe(true);
    const masks = join(folder, 'masks');
    expect(await folders.mayShow(masks)).toBe(false);
    await client.callRaw('export.masks', {});
    expect(await folders.mayShow(masks)).toBe(false);
    await writeFile(masks, '#!/bin/sh');
    expect(await folders.mayShow(masks)).toBe(false);
    expect(await folders.mayShow('/bin/sh')).toBe(false);
  });
});

describe('a malformed message', () => {
  it.each([
    ['a text', 'hello', null],
    ['nothing', null, null],
    ['a list', [1, 2], null],
    ['no type', { id: 3 }, 3],
    ['an unknown type', { type: 'steal', id: 4 }, 4],
    ['a method that is no text', { type: 'call', id: 5, method: 12, params: null }, 5],
    ['a number that is none', { type: 'call', id: 'x', method: 'runs.list' }, null],
    ['an event that is none', { type: 'event', name: 5, value: null }, null],
  ])('(%s) is answered with an error where it can be, and does no other harm', async (_what, message, id) => {
    const answers = await raw(message);
    expect(answers).toEqual(
      id === null ? [] : [expect.objectContaining({ type: 'error', id, error: expect.objectContaining({ code: 'INVALID_MESSAGE' }) })],
    );
    expect(faults).toMatchObject([{ code: 'INVALID_MESSAGE' }]);
  });
});
