import { Peer } from '@shared/rpc';

/** The peer that reaches main, and through it the library and the engine. Resolves once main has handed over its port. */
export function connect(): Promise<Peer> {
  return new Promise((resolve) => {
    const receive = (event: MessageEvent): void => {
      const port = event.ports[0];
      if (event.source !== window || event.data !== 'espalier-port' || !port) return;
      window.removeEventListener('message', receive);
      const peer = new Peer({
        post: (message) => port.postMessage(message),
        onMessage: (listener) => {
          port.onmessage = (received: MessageEvent<unknown>) => listener(received.data);
        },
      });
      resolve(peer);
    };
    window.addEventListener('message', receive);
  });
}
