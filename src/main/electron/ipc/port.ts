import type { MessagePortMain } from 'electron';
import type { Port } from '@shared/rpc';

/** Main's end of the port it hands to a window. */
export function portOfMain(port: MessagePortMain): Port {
  port.start();
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', (event) => listener(event.data as unknown));
    },
  };
}
