import { Peer, serve } from '@shared/rpc';
import { childPort } from '../host/process/child-port';
import { createLibrary } from './library';

// The library child process: it owns the database and the image files.
new Peer(childPort(), serve(createLibrary()));
