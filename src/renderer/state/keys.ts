export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

const MODIFIERS = new Set(['Control', 'Meta', 'Alt', 'AltGraph', 'Shift', 'CapsLock', 'Dead', 'Unidentified']);

/**
 * The name of a key press as the bindings write it: "B", "Ctrl+Shift+Z", "?", "Space"; null for a modifier alone.
 * Letters follow the layout, or the key's place where the layout is not Latin. Command counts as Ctrl.
 */
export function keyOf(press: KeyPress): string | null {
  if (MODIFIERS.has(press.key)) return null;
  let key = press.key === ' ' ? 'Space' : press.key;
  let shift = press.shiftKey;
  if (key.length === 1) {
    const place = /^(?:Key|Digit)([A-Z0-9])$/.exec(press.code)?.[1];
    if (key.charCodeAt(0) > 127 && place) key = place;
    key = key.toUpperCase();
    // A symbol such as "?" already says that Shift is held.
    if (!/[A-Z]/.test(key)) shift = false;
  }
  const ctrl = press.ctrlKey || press.metaKey;
  return `${ctrl ? 'Ctrl+' : ''}${press.altKey ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${key}`;
}

const SIGNS: Readonly<Record<string, string>> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc' };

/** A key name as shown to people. */
export function keyLabel(key: string): string {
  const at = key.length > 1 ? key.lastIndexOf('+', key.length - 2) + 1 : 0;
  const last = key.slice(at);
  return key.slice(0, at) + (SIGNS[last] ?? last);
}
