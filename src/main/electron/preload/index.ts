import { ipcRenderer } from 'electron';

// The page gets one message port and nothing else; main checks who asks for it.
ipcRenderer.on('port', (event) => {
  window.postMessage('espalier-port', window.location.origin, event.ports);
});
window.addEventListener('DOMContentLoaded', () => ipcRenderer.send('port-request'));
