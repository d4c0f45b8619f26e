import { Peer, serve } from '@shared/rpc';
import { childPort } from '../host/process/child-port';
import { createEngine } from './engine';

// The engine child process: it owns TensorFlow.
new Peer(childPort(), serve(createEngine()));
