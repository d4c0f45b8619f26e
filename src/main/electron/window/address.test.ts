import { describe, expect, it } from 'vitest';
import { isWindowPage, parseAddress, windowRoot, windowUrl } from './address';

describe('addresses', () => {
  it('name images, thumbnails and assets of a window', () => {
    expect(parseAddress('espalier://app/w1/image/12?v=3')).toEqual({ kind: 'image', window: 'w1', id: 12, file: 'display', range: null });
    expect(parseAddress('espalier://app/w1/thumbnail/7')).toEqual({ kind: 'image', window: 'w1', id: 7, file: 'thumbnail', range: null });
    expect(parseAddress('espalier://app/w1/image/7?v=1&range=10,2000.5')).toMatchObject({ id: 7, range: { black: 10, white: 2000.5 } });
    expect(parseAddress('espalier://app/w1/image/7?range=9,2')).toMatchObject({ id: 7, range: null });
    expect(parseAddress('espalier://app/w1/tile/7/2/31/4?v=3')).toEqual({
      kind: 'tile',
      window: 'w1',
      id: 7,
      level: 2,
      x: 31,
      y: 4,
      range: null,
    });
    expect(parseAddress('espalier://app/w1/assets/index-a1.js')).toEqual({ kind: 'asset', window: 'w1', path: 'assets/index-a1.js' });
    expect(isWindowPage('w2', windowUrl('w2'))).toBe(true);
    expect(isWindowPage('w1', windowUrl('w2'))).toBe(false);
    expect(isWindowPage('w1', 'about:blank')).toBe(false);
    expect(windowUrl('w2').startsWith(windowRoot('w2'))).toBe(true);
  });

  it.each([
    'https://app/w1/index.html',
    'espalier://other/w1/index.html',
    'espalier://app/w1/../../etc/passwd',
    'espalier://app/w1/%2e%2e/%2e%2e/secret.js',
    'espalier://app/w1/image/..%2f7',
    'espalier://app/w1/.hidden.js',
    'file:///etc/passwd',
    'not a url',
  ])('refuse %s', (url) => {
    const address = parseAddress(url);
    expect(address === null || (address.kind === 'asset' && !address.path.includes('..'))).toBe(true);
    expect(isWindowPage('w1', url)).toBe(false);
  });
});
