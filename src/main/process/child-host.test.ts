import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Child, type Ending } from './child-host';

const folder = mkdtempSync(join(tmpdir(), 'espalier-child-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A child that does what each call's method says. */
const SCRIPT = `
process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  if (message.method === 'exit') process.exit(0);
  if (message.method === 'fail') process.exit(3);
  if (message.method === 'abort') { console.error('last words'); process.abort(); }
  process.send({ type: 'result', id: message.id, value: message.params });
});`;

function start(): { child: Child; ending: Promise<Ending>; log: string[] } {
  const script = join(folder, 'child.cjs');
  writeFileSync(script, SCRIPT);
  const log: string[] = [];
  let settle: (ending: Ending) => void;
  const ending = new Promise<Ending>((resolve) => (settle = resolve));
  const child = new Child({ name: 'library', script, onEnd: (e) => settle(e), onLog: (line) => log.push(line) });
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
});
