import { join } from 'node:path';
import { Peer, serve } from '@shared/rpc';
import { childPort } from '../host/process/child-port';
import { decodeBy } from '../media/own-decoder';
import { DecoderThread } from '../media/thread/decoder-thread';
import { createLibrary } from './library';

// The library child process: it owns the database and the image files. A gesture must not wait to be saved until a picture is decoded.
decodeBy(new DecoderThread(join(__dirname, 'library-decoder.js')));
const library = createLibrary(join(__dirname, 'library-reader.js'));
const context = { signal: new AbortController().signal, progress: () => undefined };
new Peer(
  childPort(async () => library['project.close'](null, context)),
  serve(library),
);
