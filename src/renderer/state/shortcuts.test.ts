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

  it('has unique ids, and a key means one thing, whatever the view', () => {
    expect(new Set(COMMANDS.map((c) => c.id)).size).toBe(COMMANDS.length);
    const owners = COMMANDS.flatMap(({ id, keys }) => keys.map((key) => [key, id] as const));
    for (const [key, id] of owners)
      expect(
        owners.filter(([other]) => other === key),
        key,
      ).toEqual([[key, id]]);
  });

  it('goes through images by D and A in Review as in Label', () => {
    for (const view of ['label', 'review'] as const) {
      expect(commandsFor('A', view, bindings)).toEqual(['image.previous']);
      expect(commandsFor('R', view, bindings)).toEqual(['tool.rectangle']);
    }
    expect(commandsFor('A', 'export', bindings)).toEqual([]);
    expect(commandsFor('Y', 'review', bindings)).toEqual(['review.acceptRegion']);
  });

  it('finds what a new key would collide with', () => {
    expect(conflictsOf('tool.brush', 'E', bindings)).toEqual(['tool.eraser']);
    expect(conflictsOf('review.acceptRegion', 'E', bindings), 'the eraser is there in Review too').toEqual(['tool.eraser']);
    expect(conflictsOf('image.done', 'Y', bindings), 'only in Label, the other only in Review').toEqual([]);
  });

  it('takes a key from the command that has it by default when the user gave it to another', () => {
    const read = bindingsFrom({ 'tool.brush': ['Y'] });
    expect([read['tool.brush'], read['review.acceptRegion']]).toEqual([['Y'], []]);
    expect(commandsFor('Y', 'review', read)).toEqual(['tool.brush']);
  });

  it('reads stored bindings and ignores what it does not know', () => {
    const read = bindingsFrom({ 'tool.brush': ['Q'], 'tool.gone': ['Z'], 'tool.eraser': 'E' });
    expect(read['tool.brush']).toEqual(['Q']);
    expect(read['tool.eraser']).toEqual(['E']);
    expect('tool.gone' in read).toBe(false);
    expect(bindingsFrom('nonsense')).toEqual(bindings);
  });
});
