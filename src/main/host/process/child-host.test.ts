import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { buildForTests } from '../../../testing/build';
import type { AsideTimes } from './aside';
import { inBackground } from './background';
import { Child, type Ending } from './child-host';
import { stateOf } from './testing';

const folder = mkdtempSync(join(tmpdir(), 'espalier-child-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A child that does what each call's method says. */
const SCRIPT = `
process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  if (message.method === 'exit') process.exit(0);
  if (message.method === 'fail') process.exit(3);
  if (message.method === 'priority') {
    const fs = require('node:fs');
    const threads = process.platform === 'linux' ? fs.readdirSync('/proc/self/task') : [];
    // Numbered from the end: the second field is a name that may hold blanks. 40 follow: see proc(5).
    const policies = threads.map((thread) => Number(fs.readFileSync('/proc/self/task/' + thread + '/stat', 'utf8').trim().split(' ').at(-12)));
    process.send({ type: 'result', id: message.id, value: { nice: require('node:os').getPriority(), policies } });
    return;
  }
  if (message.method === 'injected') {
    process.send({ type: 'result', id: message.id, value: globalThis.injected === true });
    return;
  }
  if (message.method === 'later') {
    setTimeout(() => process.send({ type: 'result', id: message.id, value: message.params }), 50);
    return;
  }
  if (message.method === 'abort') { console.error('last words'); process.abort(); }
  process.send({ type: 'result', id: message.id, value: message.params });
});`;

const script = join(folder, 'child.cjs');
writeFileSync(script, SCRIPT);

function start(background = false, aside?: AsideTimes): { child: Child; ending: Promise<Ending>; log: string[] } {
  const log: string[] = [];
  let settle: (ending: Ending) => void;
  const ending = new Promise<Ending>((resolve) => (settle = resolve));
  const child = new Child({ name: 'library', script, background, aside, onEnd: (e) => settle(e), onLog: (line) => log.push(line) });
  return { child, ending, log };
}

describe('a child', () => {
  it('answers with binary data intact', async () => {
    const { child, ending } = start();
    expect(await child.peer.callRaw('echo', Uint32Array.of(1, 2))).toEqual(Uint32Array.of(1, 2));
    child.kill();
    expect(await ending).toEqual({ kind: 'kill' });
  });

  it('that exits, crashes or is killed is told apart, and its pending calls fail', async () => {
    const exited = start();
    await expect(exited.child.peer.callRaw('exit', null)).rejects.toMatchObject({ code: 'CHILD_EXITED' });
    expect(await exited.ending).toEqual({ kind: 'exit' });

    const failed = start();
    await expect(failed.child.peer.callRaw('fail', null)).rejects.toMatchObject({ code: 'CHILD_EXITED' });
    expect(await failed.ending).toEqual({ kind: 'crash', reason: 'exit code 3' });

    const aborted = start();
    await expect(aborted.child.peer.callRaw('abort', null)).rejects.toMatchObject({ params: { reason: 'SIGABRT' } });
    expect(aborted.log.join()).toContain('last words');

    const killed = start();
    await killed.child.peer.callRaw('echo', 1);
    process.kill(killed.child.pid!, 'SIGKILL');
    expect(await killed.ending).toEqual({ kind: 'crash', reason: 'SIGKILL' });
  });

  it('runs nothing that NODE_OPTIONS names', async () => {
    const injected = join(folder, 'injected.cjs');
    writeFileSync(injected, 'globalThis.injected = true;');
    vi.stubEnv('NODE_OPTIONS', `--require ${injected}`);
    const { child } = start();
    vi.unstubAllEnvs();
    expect(await child.peer.callRaw('injected', null)).toBe(false);
    child.kill();
  });

  it('ends by itself when its parent lets go', async () => {
    const { child, ending } = start();
    await child.peer.callRaw('echo', 1);
    await child.disconnect();
    expect(await ending).toEqual({ kind: 'kill' });
  });

  it('in the background leaves the processor to others with all its threads', async () => {
    const { child } = start(true);
    const { nice, policies } = (await child.peer.callRaw('priority', null)) as { nice: number; policies: number[] };
    expect(nice).toBe(constants.priority.PRIORITY_LOW);
    const IDLE_CLASS = 5;
    if (inBackground().prefix.includes('chrt')) expect(new Set(policies)).toEqual(new Set([IDLE_CLASS]));
    child.kill();
  });
});

describe.skipIf(!inBackground().endsWithParent)('a child that steps aside', () => {
  const NEVER = 1e9;
  /** Whatever else the machine does, a process in the background has its turn within that time. */
  const PATIENT = { timeout: 30_000 };

  /** A child that has spoken, and what its state becomes. */
  async function startAside(times: AsideTimes) {
    const { child, ending } = start(true, times);
    await child.peer.callRaw('echo', 1);
    return { child, ending, state: () => expect.poll(() => stateOf(child.pid!), PATIENT) };
  }

  it('does nothing during a gesture, and goes on a moment after it', async () => {
    const { child, state } = await startAside({ after: 200, atMost: NEVER });
    let answered = false;
    const answer = child.peer.callRaw('later', 7).finally(() => (answered = true));
    child.stepAside(true);
    await state().toBe('T');
    await new Promise((wait) => setTimeout(wait, 300));
    expect([stateOf(child.pid!), answered]).toEqual(['T', false]);
    child.stepAside(false);
    expect(stateOf(child.pid!)).toBe('T');
    expect(await answer).toBe(7);
    await state().not.toBe('T');
    child.kill();
  });

  it('does not go on between the gestures of a series', async () => {
    const { child, state } = await startAside({ after: 200, atMost: NEVER });
    child.stepAside(true);
    await state().toBe('T');
    for (let stroke = 0; stroke < 4; stroke++) {
      child.stepAside(true);
      child.stepAside(false);
      // Due before the child goes on, and so seen before, however late.
      await new Promise((wait) => setTimeout(wait, 100));
      expect(stateOf(child.pid!)).toBe('T');
    }
    await state().not.toBe('T');
    child.kill();
  });

  it('goes on in any case when the end of a gesture is not heard of, and steps aside from the next one', async () => {
    const { child } = await startAside({ after: 0, atMost: 300 });
    for (let gesture = 0; gesture < 2; gesture++) {
      const answer = child.peer.callRaw('later', gesture);
      const began = performance.now();
      child.stepAside(true);
      expect(await answer).toBe(gesture);
      expect(performance.now() - began).toBeGreaterThan(290);
    }
    child.kill();
  });

  it('goes on at once when it is asked something', async () => {
    const { child } = await startAside({ after: NEVER, atMost: NEVER });
    child.stepAside(true);
    expect(await child.peer.callRaw('echo', 2)).toBe(2);
    child.stepAside(false);
    expect(await child.peer.callRaw('echo', 3)).toBe(3);
    child.kill();
  });

  it('ends when it is killed, and when its parent lets go', async () => {
    const killed = await startAside({ after: NEVER, atMost: NEVER });
    killed.child.stepAside(true);
    await killed.state().toBe('T');
    killed.child.kill();
    expect(await killed.ending).toEqual({ kind: 'kill' });

    const left = await startAside({ after: NEVER, atMost: NEVER });
    left.child.stepAside(true);
    await left.state().toBe('T');
    await left.child.disconnect();
    expect(await left.ending).toEqual({ kind: 'kill' });
  });

  it('ends with a parent that is killed meanwhile', async () => {
    await buildForTests(folder, { 'child-host': 'host/process/child-host.ts' }, []);
    const parentScript = join(folder, 'parent.cjs');
    writeFileSync(
      parentScript,
      `const { Child } = require('./child-host.js');
const aside = { after: ${NEVER}, atMost: ${NEVER} };
const child = new Child({ name: 'engine', script: ${JSON.stringify(script)}, background: true, aside, onEnd() {}, onLog: console.error });
child.peer.callRaw('echo', 1).then(() => {
  child.stepAside(true);
  process.send(child.pid);
});`,
    );
    const parent = fork(parentScript);
    const [pid] = (await once(parent, 'message')) as [number];
    await expect.poll(() => stateOf(pid), PATIENT).toBe('T');
    parent.kill('SIGKILL');
    await expect.poll(() => stateOf(pid), PATIENT).toBeNull();
  });
});

it('a child that may not step aside goes on', async () => {
  const { child } = start(true);
  await child.peer.callRaw('echo', 1);
  const answer = child.peer.callRaw('later', 7);
  child.stepAside(true);
  expect(await answer).toBe(7);
  child.kill();
});
