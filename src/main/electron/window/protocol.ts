import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { protocol } from 'electron';
import { toEspalierError } from '@shared/errors';
import type { Project } from '../../host/project/project';
import { parseAddress, SCHEME, windowRoot } from './address';
import { answerWithParts } from './parts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/**
 * Scripts, styles and images from the app alone, and of images those of the window's own project: all pages are of one origin.
 * Konva draws through the CSSOM, which needs no inline styles.
 */
function contentSecurityPolicy(window: string): string {
  const own = windowRoot(window);
  return [
    "default-src 'none'",
    `script-src ${own}`,
    `style-src ${own}`,
    `img-src ${own} blob: data:`,
    `font-src ${own}`,
    `connect-src ${own}`,
    `worker-src ${own}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

/** Serves the renderer's files, and images of the project that a window has open; nothing else. */
export function serveScheme(projectOf: (window: string) => Project | undefined, log: (line: string) => void): void {
  const root = resolve(__dirname, '../renderer');
  protocol.handle(SCHEME, async (request) => {
    const address = parseAddress(request.url);
    try {
      const project = address && projectOf(address.window);
      if (!address || !project) return new Response('not found', { status: 404 });
      if (address.kind === 'asset') return await asset(root, address.window, address.path);
      const { id, range } = address;
      return await answerWithParts((options) =>
        address.kind === 'tile'
          ? project.library.call('images.tile', { id, range, level: address.level, x: address.x, y: address.y }, options)
          : project.library.call('images.picture', { id, range, kind: address.file }, options),
      );
    } catch (error) {
      log(`${request.url}: ${toEspalierError(error).message}`);
      return new Response(toEspalierError(error).message, { status: 404 });
    }
  });
}

async function asset(root: string, window: string, path: string): Promise<Response> {
  const file = resolve(join(root, path));
  if (!file.startsWith(root + sep)) return new Response('not found', { status: 404 });
  return new Response(await readFile(file), {
    headers: {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': contentSecurityPolicy(window),
      'x-content-type-options': 'nosniff',
    },
  });
}
