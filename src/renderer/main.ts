import { mount } from 'svelte';
import { z } from 'zod';
import App from './App.svelte';
import { connect } from './api';
import { Workbench } from './state/workbench.svelte';
import './app.css';

// The content security policy forbids making code from strings.
z.config({ jitless: true });

const workbench = new Workbench(await connect());
mount(App, { target: document.getElementById('app')!, props: { workbench } });
void workbench.start();
