import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkMaskNames } from './mask-names';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espalier-names-'));
});
afterAll(() => rm(folder, { recursive: true }));

const never = () => Promise.resolve(false);
const always = () => Promise.resolve(true);

describe('names of masks', () => {
  it('may have as many bytes as the file system allows', async () => {
    await checkMaskNames(folder, ['x'.repeat(251), `day/${'ü'.repeat(125)}`], never);
    await expect(checkMaskNames(folder, ['a', 'x'.repeat(252)], never)).rejects.toMatchObject({
      code: 'MASK_NAME',
      params: { name: `${'x'.repeat(252)}.png`, reason: 'it is too long' },
    });
  });

  it('may differ in case alone only where the folder tells them apart', async () => {
    await checkMaskNames(folder, ['a', 'A', 'b/c', 'B/c'], never);
    await expect(checkMaskNames(folder, ['a', 'day/B', 'day/b'], always)).rejects.toMatchObject({
      code: 'MASK_NAME',
      params: { name: 'day/b.png', reason: 'there it is the same as day/B.png' },
    });
    await expect(checkMaskNames(folder, ['é', 'e\u0301'], always)).rejects.toMatchObject({ code: 'MASK_NAME' });
  });

  it.runIf(process.platform === 'linux')('are asked of the folder itself, which is left as it was', async () => {
    await checkMaskNames(folder, ['a', 'A']);
    expect(await readdir(folder)).toEqual([]);
  });
});
