import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { keyLabel, keyOf } from './keys';
import { bindingsFrom, commandOf, commandsFor, conflictsOf, defaultBindings, type Bindings, type CommandId, type View } from './shortcuts';
import { readPreference, writePreference } from './storage';

export interface CommandHandler {
  run(): void;
  /** When the key goes up, with the milliseconds it was held. */
  release?(held: number): void;
  enabled?(): boolean;
}

const TEXT_FIELDS = 'input:not([type=range],[type=checkbox],[type=radio],[type=color],[type=button]), textarea, [contenteditable=true]';
/** Tab goes on from any control, unless a click has brought the focus there; where the image has it, or nothing, it may be the key of a command. */
const CONTROLS = ':is(button, a[href], input, select, textarea, summary, [tabindex]):not([role=application])';
const ONWARD: readonly string[] = ['Tab', 'Shift+Tab'];
const OWN_KEYS: readonly (readonly [selector: string, keys: readonly string[]])[] = [
  ['button, a, summary, [role=tab], [role=menuitem]', ['Enter', 'Space']],
  ['input[type=checkbox], input[type=radio], input[type=color]', ['Space', 'Enter']],
  ['input[type=radio], input[type=range]', ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']],
  // A list keeps the focus after a choice: letters are tools then, as before it.
  ['select', ['Enter', 'Space', 'Escape', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown']],
  ['input[type=range]', ['Home', 'End', 'PageUp', 'PageDown', '+', '-']],
];

/** Who carries out which command, and by which keys. Components provide handlers while they are shown. */
export class Commands {
  bindings = $state.raw<Bindings>(bindingsFrom(readPreference('keys')));
  readonly #handlers = new SvelteMap<CommandId, readonly CommandHandler[]>();
  /** What the focus came to by a click. */
  #clicked: EventTarget | null = null;
  #pointing = false;
  #held: Partial<Record<string, { handler: CommandHandler; since: number }>> = {};

  /** Offers a handler; the one offered last answers. Returns how to withdraw it, as `$effect` wants. */
  provide(id: CommandId, handler: CommandHandler): () => void {
    return untrack(() => {
      this.#handlers.set(id, [...(this.#handlers.get(id) ?? []), handler]);
      return () =>
        untrack(() =>
          this.#handlers.set(
            id,
            (this.#handlers.get(id) ?? []).filter((other) => other !== handler),
          ),
        );
    });
  }

  /** True when the command would do something now. */
  available(id: CommandId): boolean {
    const handler = this.#handlers.get(id)?.at(-1);
    return handler !== undefined && (handler.enabled?.() ?? true);
  }

  run(id: CommandId): void {
    if (this.available(id)) this.#handlers.get(id)?.at(-1)?.run();
  }

  /** "Brush (B)", for tooltips. */
  hint(id: CommandId, label: string = commandOf(id).label): string {
    const key = this.bindings[id][0];
    return key ? `${label} (${keyLabel(key)})` : label;
  }

  /** For aria-keyshortcuts. */
  ariaKeys(id: CommandId): string {
    return this.bindings[id].join(' ').replaceAll('Ctrl', 'Control');
  }

  /** Gives a command its keys, taking none from others. Returns the commands that hold one of them already. */
  rebind(id: CommandId, keys: readonly string[]): CommandId[] {
    const conflicts = keys.flatMap((key) => conflictsOf(id, key, this.bindings));
    if (conflicts.length === 0) this.#store({ ...this.bindings, [id]: [...keys] });
    return conflicts;
  }

  reset(): void {
    this.#store(defaultBindings());
  }

  keydown(event: KeyboardEvent, view: View): void {
    if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]')) return;
    const key = keyOf(event);
    if (!key) return;
    const target = event.target instanceof Element ? event.target : null;
    if (ONWARD.includes(key) && target !== this.#clicked && target?.matches(CONTROLS)) return;
    if (OWN_KEYS.some(([selector, keys]) => keys.includes(key) && target?.matches(selector))) return;
    const inText = target?.matches(TEXT_FIELDS) ?? false;
    for (const id of commandsFor(key, view, this.bindings)) {
      const command = commandOf(id);
      if ((inText && !command.inText) || !this.available(id)) continue;
      event.preventDefault();
      if (event.repeat && !command.repeat) return;
      const handler = this.#handlers.get(id)?.at(-1);
      if (!handler) return;
      handler.run();
      if (handler.release) this.#held[event.code] = { handler, since: event.timeStamp };
      return;
    }
  }

  /** The pointer goes down, or up: what takes the focus in between was clicked. */
  pointer(down: boolean): void {
    this.#pointing = down;
  }

  focusin({ target }: FocusEvent): void {
    this.#clicked = this.#pointing ? target : null;
  }

  keyup(event: KeyboardEvent): void {
    const held = this.#held[event.code];
    if (!held) return;
    this.#held[event.code] = undefined;
    held.handler.release?.(event.timeStamp - held.since);
  }

  /** The window lost the keyboard: it will not see the keys held now go up. @param now as the time stamps of events */
  blur(now: number): void {
    const all = Object.values(this.#held);
    this.#held = {};
    for (const held of all) held?.handler.release?.(now - held.since);
  }

  #store(bindings: Bindings): void {
    this.bindings = bindings;
    const defaults = defaultBindings();
    const own = Object.entries(bindings).filter(([id, keys]) => keys.join() !== defaults[id as CommandId].join());
    writePreference('keys', Object.fromEntries(own));
  }
}
