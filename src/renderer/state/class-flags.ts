import { SvelteSet } from 'svelte/reactivity';

/** What is set of classes while a project is open, by id: locked ones are not painted over, hidden ones are not shown. */
export class ClassFlags {
  readonly locked = new SvelteSet<number>();
  readonly hidden = new SvelteSet<number>();

  toggle(flag: 'locked' | 'hidden', id: number): void {
    if (!this[flag].delete(id)) this[flag].add(id);
  }

  clear(): void {
    this.locked.clear();
    this.hidden.clear();
  }
}
