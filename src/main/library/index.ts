import { join } from 'node:path';
import { Peer, serve } from '@shared/rpc';
import { childPort } from '../host/process/child-port';
import { createLibrary } from './library';

// The library child process: it owns the database and the image files.
const library = createLibrary(join(__dirname, 'library-reader.js'));
const context = { signal: new AbortController().signal, progress: () => undefined };
new Peer(
  childPort(async () => library['project.close'](null, context)),
  serve(library),
);
