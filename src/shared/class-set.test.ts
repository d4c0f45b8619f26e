import { describe, expect, it } from 'vitest';
import { effectOf, formatClassSet, numbered, parseClassSet } from './class-set';
import { DISTINCT, paletteColor } from './palettes';

const classes = [
  { id: 0, name: 'ground', color: '#000000', position: 0 },
  { id: 4, name: 'Cell', color: '#80c040', position: 1 },
];

describe('class sets', () => {
  it('come back as they were written', () => {
    expect(parseClassSet(formatClassSet(classes))).toEqual(classes.map(({ id, name, color }) => ({ id, name, color })));
  });

  it('are read as lists of names, from labelme, VOC and CVAT', () => {
    expect(parseClassSet('__ignore__\n_background_\r\ncat\n\n# pets\ndog\n')).toEqual(
      ['_background_', 'cat', 'dog'].map((name) => ({ id: null, name, color: null })),
    );
    expect(parseClassSet('# label:color_rgb:parts:actions\nroad:128,64,128::\nsky:0,0,255::')).toEqual([
      { id: null, name: 'road', color: '#804080' },
      { id: null, name: 'sky', color: '#0000ff' },
    ]);
    expect(parseClassSet('[{"name": "car", "id": 7, "color": "#FF00aa", "attributes": []}]')).toEqual([
      { id: 7, name: 'car', color: '#ff00aa' },
    ]);
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
    ['[{"name": "x", "id": 254}]', '"x" has the id 254'],
    ['[{"name": "x", "id": 1}, {"name": "y"}]', '"y" has no id'],
    ['[{"name": "x", "id": 1}, {"name": "y", "id": 1}]', 'the id 1 occurs twice'],
  ])('are refused with the reason: %j', (text, reason) => {
    expect(() => parseClassSet(text)).toThrow(reason);
  });

  it('are refused when they are too many, by their number', () => {
    const names = Array.from({ length: 300 }, (_, i) => `class ${i}`).join('\n');
    expect(() => parseClassSet(names)).toThrow('it names 300 classes, and a project has at most 254');
  });

  it('are numbered by their ids, or by their order where they have none', () => {
    expect(numbered(parseClassSet(formatClassSet(classes))).map(({ id }) => id)).toEqual([0, 4]);
    expect(numbered(parseClassSet('a\nb')).map(({ id }) => id)).toEqual([0, 1]);
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
