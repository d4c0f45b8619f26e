import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { Child, type Ending } from './child-host';

const folder = mkdtempSync(join(tmpdir(), 'espalier-child-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a child lets its parent say what Ctrl-C means, and ends with it', async () => {
  const script = join(folder, 'child.mjs');
  const module = pathToFileURL(join(import.meta.dirname, 'child-port.ts')).href;
  writeFileSync(
    script,
    `import { childPort } from ${JSON.stringify(module)};
const port = childPort();
port.onMessage(({ id, params }) => port.post({ type: 'result', id, value: params }));`,
  );
  const endings: Ending[] = [];
  const child = new Child({ name: 'library', script, onEnd: (ending) => endings.push(ending), onLog: () => undefined });
  expect(await child.peer.callRaw('echo', 1)).toBe(1);
  process.kill(child.pid!, 'SIGINT');
  expect(await child.peer.callRaw('echo', 2)).toBe(2);
  expect(endings).toEqual([]);
  await child.disconnect();
  expect(endings).toEqual([{ kind: 'kill' }]);
});
