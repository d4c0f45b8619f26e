import { describe, expect, it } from 'vitest';
import { effectOf, formatClassSet, parseClassSet } from './class-set';
import { DISTINCT, paletteColor } from './palettes';

const classes = [
  { id: 0, name: 'ground', color: '#000000', position: 0 },
  { id: 4, name: 'Cell', color: '#80c040', position: 1 },
];

describe('class sets', () => {
  it('come back as they were written', () => {
    expect(parseClassSet(formatClassSet(classes))).toEqual(classes.map(({ name, color }) => ({ name, color })));
  });

  it('are read as lists of names, from labelme, VOC and CVAT', () => {
    expect(parseClassSet('__ignore__\n_background_\r\ncat\n\n# pets\ndog\n')).toEqual(
      ['_background_', 'cat', 'dog'].map((name) => ({ name, color: null })),
    );
    expect(parseClassSet('# label:color_rgb:parts:actions\nroad:128,64,128::\nsky:0,0,255::')).toEqual([
      { name: 'road', color: '#804080' },
      { name: 'sky', color: '#0000ff' },
    ]);
    expect(parseClassSet('[{"name": "car", "id": 7, "color": "#FF00aa", "attributes": []}]')).toEqual([{ name: 'car', color: '#ff00aa' }]);
    expect(parseClassSet('{"classes": ["a", "b"]}')).toHaveLength(2);
  });

  it.each([
    ['', 'names no class'],
    ['[1, 2]', 'list of classes'],
    ['{"name": ', 'valid JSON'],
    ['cat\nCat', 'twice'],
    ['[{"name": "x", "color": "red"}]', 'entry 1'],
    ['road:999,0,0::', 'entry 1'],
    ['x'.repeat(200), 'entry 1'],
  ])('are refused with the reason: %j', (text, reason) => {
    expect(() => parseClassSet(text)).toThrow(reason);
  });

  it('tell beforehand what they would change', () => {
    const set = parseClassSet('cell:1,2,3::\nGround\nwall');
    expect(effectOf(set, classes)).toEqual({ added: ['wall'], recoloured: ['cell'], unchanged: ['Ground'] });
  });
});

describe('palettes', () => {
  it('give every class they tell apart a colour of its own', () => {
    const colors = Array.from({ length: DISTINCT.safe }, (_, position) => paletteColor('safe', { id: 0, position }));
    expect(new Set(colors).size).toBe(DISTINCT.safe);
    expect(colors.every((color) => /^#[0-9a-f]{6}$/.test(color))).toBe(true);
    expect(paletteColor('voc', { id: 1, position: 9 })).toBe('#800000');
  });
});
