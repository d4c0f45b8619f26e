import { mount } from 'svelte';
import { z } from 'zod';
import App from './App.svelte';
import { connect } from './api';
import { follow } from './state/follow';
import { Workbench } from './state/workbench.svelte';
import './app.css';

// The content security policy forbids making code from strings.
z.config({ jitless: true });

const workbench = new Workbench(await connect());

/** What nobody caught is shown and logged: never a silent failure. */
function uncaught(thrown: unknown): void {
  workbench.notices.error(thrown);
  const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  void workbench.peer.call('app.log', { message: message.slice(0, 10_000) });
}
window.addEventListener('error', (event) => {
  // Without an error it is the browser's own note about layout, harmless.
  if (event.error) uncaught(event.error);
});
window.addEventListener('unhandledrejection', (event) => uncaught(event.reason));

mount(App, { target: document.getElementById('app')!, props: { workbench } });
follow(workbench);
void workbench.projects.start();
