import { describe, expect, it } from 'vitest';
import { EspalierError } from '../errors';
import { portPair } from '../../testing/ports';
import { Peer, serve, type RawHandler } from '.';

function pair(handler: RawHandler): { client: Peer; server: Peer } {
  const [left, right] = portPair(queueMicrotask);
  return { server: new Peer(right, handler), client: new Peer(left) };
}

describe('calls', () => {
  it('carry parameters, binary results and typed errors across', async () => {
    const { client } = pair(
      serve<'labels.undo' | 'images.get'>({
        'labels.undo': ({ revision }) => ({
          revision: revision + 1,
          undo: 0,
          redo: 1,
          labelledPixels: 3,
          state: 'started',
          diff: Uint32Array.of(1, 2, 3),
        }),
        'images.get': ({ id }) => {
          throw new EspalierError('IMAGE_UNKNOWN', { id });
        },
      }),
    );
    const state = await client.call('labels.undo', { imageId: 1, revision: 4 });
    expect(state.revision).toBe(5);
    expect(state.diff).toEqual(Uint32Array.of(1, 2, 3));
    await expect(client.call('images.get', { id: 9, runId: null })).rejects.toMatchObject({ code: 'IMAGE_UNKNOWN', params: { id: 9 } });
  });

  it('are refused at the receiving edge when malformed, naming the path', async () => {
    const { client } = pair(serve<'images.get'>({ 'images.get': () => ({}) as never }));
    await expect(client.callRaw('images.get', { id: 'seven' })).rejects.toMatchObject({
      code: 'INVALID_MESSAGE',
      params: { path: 'images.get.params.id' },
    });
    await expect(client.call('images.get', { id: 1, runId: null })).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
    await expect(client.callRaw('files.steal', null)).rejects.toMatchObject({ code: 'UNKNOWN_METHOD' });
    await expect(client.callRaw('constructor', null)).rejects.toMatchObject({ code: 'UNKNOWN_METHOD' });
  });

  it('report progress and can be aborted', async () => {
    const { client } = pair(
      serve<'project.index'>({
        'project.index': (_params, { signal, progress }) =>
          new Promise((_resolve, reject) => {
            progress({ done: 1, total: 2, secondsLeft: null });
            signal.addEventListener('abort', () => reject(new EspalierError('CANCELLED')));
          }),
      }),
    );
    const controller = new AbortController();
    const seen: number[] = [];
    const call = client.call('project.index', null, {
      signal: controller.signal,
      onProgress: ({ done }) => {
        seen.push(done);
        controller.abort();
      },
    });
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(seen).toEqual([1]);
  });

  it('fail when the other end is gone, pending and to come', async () => {
    const { client } = pair(() => new Promise(() => undefined));
    const pending = client.call('classes.list', null);
    client.close(new EspalierError('CHILD_EXITED', { child: 'library', reason: 'SIGKILL' }));
    await expect(pending).rejects.toMatchObject({ code: 'CHILD_EXITED' });
    await expect(client.call('classes.list', null)).rejects.toMatchObject({ code: 'CHILD_EXITED' });
  });
});

describe('events', () => {
  it('reach the other end until it stops listening', async () => {
    const [left, right] = portPair(queueMicrotask);
    const sender = new Peer(left);
    const receiver = new Peer(right);
    const heard: string[] = [];
    const stop = receiver.on('project.changed', ({ what }) => heard.push(what));
    sender.send('project.changed', { what: 'images' });
    await new Promise((resolve) => setTimeout(resolve));
    stop();
    sender.send('project.changed', { what: 'runs' });
    await new Promise((resolve) => setTimeout(resolve));
    expect(heard).toEqual(['images']);
  });
});
