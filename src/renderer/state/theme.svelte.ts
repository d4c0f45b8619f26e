import { z } from 'zod';
import { readPreference, writePreference } from './storage';

const Choice = z.enum(['dark', 'light', 'system']).catch('dark');
export type ThemeChoice = z.infer<typeof Choice>;
export const THEMES: readonly ThemeChoice[] = Choice.unwrap().options;

/** Dark, light or as the system says; remembered. */
export class Theme {
  choice = $state<ThemeChoice>(Choice.parse(readPreference('theme')));
  readonly #systemDark = window.matchMedia('(prefers-color-scheme: dark)');

  constructor() {
    this.#systemDark.addEventListener('change', () => this.#show());
    this.#show();
  }

  set(choice: ThemeChoice): void {
    this.choice = choice;
    writePreference('theme', choice);
    this.#show();
  }

  next(): void {
    this.set(THEMES[(THEMES.indexOf(this.choice) + 1) % THEMES.length]!);
  }

  #show(): void {
    const system = this.#systemDark.matches ? 'dark' : 'light';
    document.documentElement.dataset['theme'] = this.choice === 'system' ? system : this.choice;
  }
}
