import { describe, expect, it } from 'vitest';
import { keyLabel, keyOf, type KeyPress } from './keys';
import { bindingsFrom, COMMANDS, commandsFor, conflictsOf, defaultBindings } from './shortcuts';

const press = (key: string, extra: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...extra,
});

describe('keyOf', () => {
  it('names letters, symbols and combinations', () => {
    expect(keyOf(press('b'))).toBe('B');
    expect(keyOf(press('Z', { ctrlKey: true, shiftKey: true }))).toBe('Ctrl+Shift+Z');
    expect(keyOf(press('?', { shiftKey: true }))).toBe('?');
    expect(keyOf(press(' '))).toBe('Space');
    expect(keyOf(press('k', { metaKey: true }))).toBe('Ctrl+K');
    expect(keyOf(press('Shift', { shiftKey: true }))).toBeNull();
  });

  it('uses the place of the key where the layout is not Latin', () => {
    expect(keyOf(press('и', { code: 'KeyB' }))).toBe('B');
  });
});

it('labels keys readably', () => {
  expect(keyLabel('Ctrl+ArrowLeft')).toBe('Ctrl+←');
  expect(keyLabel('+')).toBe('+');
  expect(keyLabel('Ctrl++')).toBe('Ctrl++');
});

describe('the table of commands', () => {
  const bindings = defaultBindings();

  it('has unique ids and no conflict by default', () => {
    expect(new Set(COMMANDS.map((c) => c.id)).size).toBe(COMMANDS.length);
    for (const { id, keys } of COMMANDS) for (const key of keys) expect(conflictsOf(id, key, bindings), `${id} ${key}`).toEqual([]);
  });

  it('prefers the command of fewer views', () => {
    expect(commandsFor('A', 'label', bindings)).toEqual(['image.previous']);
    expect(commandsFor('A', 'review', bindings)[0]).toBe('review.acceptRegion');
    expect(commandsFor('A', 'export', bindings)).toEqual([]);
  });

  it('finds what a new key would collide with', () => {
    expect(conflictsOf('tool.brush', 'E', bindings)).toEqual(['tool.eraser']);
    expect(conflictsOf('review.acceptRegion', 'E', bindings)).toEqual([]);
    expect(conflictsOf('image.done', 'A', bindings)).toEqual([]);
  });

  it('reads stored bindings and ignores what it does not know', () => {
    const read = bindingsFrom({ 'tool.brush': ['Q'], 'tool.gone': ['Z'], 'tool.eraser': 'E' });
    expect(read['tool.brush']).toEqual(['Q']);
    expect(read['tool.eraser']).toEqual(['E']);
    expect('tool.gone' in read).toBe(false);
    expect(bindingsFrom('nonsense')).toEqual(bindings);
  });
});
