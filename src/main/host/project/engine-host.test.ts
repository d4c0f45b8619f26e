import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENGINE_ENVIRONMENT, EngineHost } from './engine-host';

/** An engine that says who it is and what it was started with, dies when it is asked to, and otherwise never answers. */
const SCRIPT = `
process.on('disconnect', () => process.exit(0));
process.on('message', ({ id, method }) => {
  if (method === 'who') process.send({ type: 'result', id, value: { pid: process.pid, env: { ...process.env } } });
  if (method === 'die') process.kill(process.pid, 'SIGKILL');
});`;

let folder: string;
let host: EngineHost;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'espalier-engine-'));
  writeFileSync(join(folder, 'engine.cjs'), SCRIPT);
  host = started(false);
});
afterEach(() => {
  host.kill();
  rmSync(folder, { recursive: true });
});

const started = (besideWindow: boolean): EngineHost => new EngineHost(() => undefined, besideWindow, join(folder, 'engine.cjs'));
const who = (of = host) => of.callRaw('who', null) as Promise<{ pid: number; env: Record<string, string> }>;

describe('the engine', () => {
  it('is one process for all calls, with the memory it may keep', async () => {
    const [first, second] = await Promise.all([who(), who()]);
    expect(second.pid).toBe(first.pid);
    expect(first.env).toMatchObject(ENGINE_ENVIRONMENT);
  });

  it('leaves a core to the window where there are three or more, and takes all in the terminal', async () => {
    const beside = started(true);
    const { env } = await who(beside);
    beside.kill();
    const cores = availableParallelism();
    expect(env.TF_NUM_INTRAOP_THREADS).toBe(cores >= 3 ? String(cores - 1) : undefined);
    expect((await who()).env.TF_NUM_INTRAOP_THREADS).toBeUndefined();
  });

  it('that dies fails what it was asked, and is started anew for what comes next', async () => {
    const { pid } = await who();
    const waiting = [host.callRaw('forever', null), host.callRaw('die', null)];
    for (const each of await Promise.allSettled(waiting)) {
      expect(each).toMatchObject({ status: 'rejected', reason: { code: 'CHILD_EXITED', params: { child: 'engine', reason: 'SIGKILL' } } });
    }
    expect((await who()).pid).not.toBe(pid);
  });

  it('that is ended fails what it was asked, and the end of the old one does not take the new one away', async () => {
    const { pid } = await who();
    const waiting = host.callRaw('forever', null);
    host.kill();
    const next = who();
    await expect(waiting).rejects.toMatchObject({ code: 'CHILD_EXITED' });
    const again = await next;
    expect(again.pid).not.toBe(pid);
    expect((await who()).pid).toBe(again.pid);
  });
});
