/**
 * The addresses a window may load: `espalier://app/<window>/…`, all of one origin so that pixels stay readable:
 * `index.html` and its assets, `image/<id>` and `thumbnail/<id>`.
 */
export const SCHEME = 'espalier';
const HOST = 'app';

export type Address =
  | { readonly kind: 'asset'; readonly path: string }
  | { readonly kind: 'image'; readonly window: string; readonly id: number; readonly file: 'display' | 'thumbnail' };

export function windowUrl(window: string): string {
  return `${SCHEME}://${HOST}/${window}/index.html`;
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
  if (image) return { kind: 'image', window, id: Number(image[2]), file: image[1] === 'image' ? 'display' : 'thumbnail' };
  if (/^[\w-]+(\/[\w-]+)*\.(html|js|css|svg|png|woff2)$/.test(rest)) return { kind: 'asset', path: rest };
  return null;
}

/** True for the page of a window: the only page that may talk to main. */
export function isWindowPage(url: string): boolean {
  const address = parseAddress(url);
  return address?.kind === 'asset' && address.path === 'index.html';
}
