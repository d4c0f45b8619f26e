import { describe, expect, it } from 'vitest';
import { EspalierError } from '@shared/errors';
import { Peer, type CallContext, type Port } from '@shared/rpc';
import { ProjectCalls } from './project-calls';

/** Calls about projects, and what becomes of each at the other end of a real port: answered when told. */
function open() {
  const heard: { answer: () => void; signal: AbortSignal; progress: (value: unknown) => void }[] = [];
  const listeners: ((message: unknown) => void)[][] = [[], []];
  const port = (mine: 0 | 1): Port => ({
    post: (message) => setImmediate(() => listeners[1 - mine]!.forEach((listener) => listener(message))),
    onMessage: (listener) => listeners[mine]!.push(listener),
  });
  const peer = new Peer(port(0));
  new Peer(
    port(1),
    (_method: string, _params: unknown, { signal, progress }: CallContext) =>
      new Promise((answer, refuse) => {
        heard.push({ answer: () => answer([]), signal, progress });
        signal.addEventListener('abort', () => refuse(new EspalierError('IMAGE_UNKNOWN', { id: 46 })));
      }),
  );
  return { calls: new ProjectCalls(peer), heard };
}

const turns = async (): Promise<void> => {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('calls about a project', () => {
  it('are answered while it is open', async () => {
    const { calls, heard } = open();
    calls.enter();
    const asked = calls.call('runs.list', null);
    await turns();
    heard[0]!.answer();
    expect(await asked).toEqual([]);
  });

  it('end as cancelled when it is left, whatever the library says, and are cancelled there too', async () => {
    const { calls, heard } = open();
    calls.enter();
    const asked = calls.call('runs.list', null);
    await turns();
    calls.leave();
    calls.enter();
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(heard[0]!.signal.aborted).toBe(true);
  });

  it('tell nothing of it when their answer was on its way already', async () => {
    const { calls, heard } = open();
    calls.enter();
    const asked = calls.call('runs.list', null);
    await turns();
    heard[0]!.answer();
    calls.leave();
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('are not even made between one project and the next', async () => {
    const { calls, heard } = open();
    await expect(calls.call('runs.list', null)).rejects.toMatchObject({ code: 'CANCELLED' });
    calls.enter();
    const { left } = calls;
    calls.leave();
    await expect(calls.call('runs.list', null)).rejects.toMatchObject({ code: 'CANCELLED' });
    await turns();
    expect([heard.length, left.aborted]).toEqual([0, true]);
  });
});
