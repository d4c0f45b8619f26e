import { SampleRange } from '@shared/picture';

/**
 * The addresses a window may load: `espalier://app/<window>/…`, all of one origin so that pixels stay readable:
 * `index.html` and its assets, `image/<id>`, `thumbnail/<id>` and `tile/<id>/<level>/<x>/<y>`, the range of samples shown in the query.
 */
export const SCHEME = 'espalier';
const HOST = 'app';

export type Address =
  | { readonly kind: 'asset'; readonly window: string; readonly path: string }
  | (ImageAddress & { readonly kind: 'image'; readonly file: 'display' | 'thumbnail' })
  | (ImageAddress & { readonly kind: 'tile'; readonly level: number; readonly x: number; readonly y: number });

interface ImageAddress {
  readonly window: string;
  readonly id: number;
  readonly range: SampleRange | null;
}

export function windowUrl(window: string): string {
  return `${windowRoot(window)}index.html`;
}

/** What an address stands for, or null for one that Espalier never hands out. */
export function parseAddress(url: string): Address | null {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return null;
  }
  if (parsed.protocol !== `${SCHEME}:` || parsed.host !== HOST) return null;
  const match = /^\/(\w+)\/(.+)$/.exec(parsed.pathname);
  if (!match) return null;
  const [, window, rest] = match as unknown as [string, string, string];
  const image = /^(image|thumbnail)\/(\d{1,15})$/.exec(rest);
  const range = rangeOf(parsed.searchParams.get('range'));
  if (image) return { kind: 'image', window, id: Number(image[2]), file: image[1] === 'image' ? 'display' : 'thumbnail', range };
  const tile = /^tile\/(\d{1,15})\/(\d{1,2})\/(\d{1,4})\/(\d{1,4})$/.exec(rest);
  if (tile) {
    const [id, level, x, y] = tile.slice(1).map(Number) as [number, number, number, number];
    return { kind: 'tile', window, id, level, x, y, range };
  }
  if (/^[\w-]+(\/[\w-]+)*\.(html|js|css|svg|png|woff2)$/.test(rest)) return { kind: 'asset', window, path: rest };
  return null;
}

/** "black,white", as `picture.ts` has it; anything else is no range. */
function rangeOf(text: string | null): SampleRange | null {
  const [black, white] = (text ?? '').split(',').map(Number);
  const parsed = SampleRange.safeParse({ black, white });
  return parsed.success ? parsed.data : null;
}

/** Where all that a window may load is. */
export function windowRoot(window: string): string {
  return `${SCHEME}://${HOST}/${window}/`;
}

/** True for the page of this window: the only page that it may show, and that may talk to main. */
export function isWindowPage(window: string, url: string): boolean {
  const address = parseAddress(url);
  return address?.kind === 'asset' && address.window === window && address.path === 'index.html';
}
