import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inBackground } from './background';
import { Child, type Ending } from './child-host';

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
  if (message.method === 'abort') { console.error('last words'); process.abort(); }
  process.send({ type: 'result', id: message.id, value: message.params });
});`;

function start(background = false): { child: Child; ending: Promise<Ending>; log: string[] } {
  const script = join(folder, 'child.cjs');
  writeFileSync(script, SCRIPT);
  const log: string[] = [];
  let settle: (ending: Ending) => void;
  const ending = new Promise<Ending>((resolve) => (settle = resolve));
  const child = new Child({ name: 'library', script, background, onEnd: (e) => settle(e), onLog: (line) => log.push(line) });
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
    if (inBackground().length > 0) expect(new Set(policies)).toEqual(new Set([IDLE_CLASS]));
    child.kill();
  });
});
