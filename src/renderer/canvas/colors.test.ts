import { vocColor, type LabelClass } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import {
  decidedColors,
  differenceColors,
  labelColors,
  luminance,
  outlineOf,
  predictionColors,
  previewColors,
  shownClasses,
} from './colors';
import { word } from './render';

const classes: LabelClass[] = [
  { id: 0, name: 'ground', color: '#000000', position: 0 },
  { id: 3, name: 'cell', color: '#80c040', position: 1 },
];
const look = { visible: true, opacity: 0.5, outline: true };
const none = new Set<number>();

describe('colours of labels', () => {
  it('show the classes there are, and never "unlabelled"', () => {
    const colors = labelColors(classes, look)!;
    expect(colors.fill[3]).toBe(word('#80c040', 0.5));
    expect([colors.fill[1], colors.fill[255], colors.outline[255]]).toEqual([0, 0, 0]);
  });

  it('outline every class of the VOC palette so that it shows on dark pixels, and on bright ones by the halo', () => {
    const contrast = (a: number, b: number): number => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    for (let id = 0; id < 255; id++) {
      const line = luminance(outlineOf(vocColor(id)));
      for (const dark of ['#000000', '#2a2a2a', '#302018']) expect(contrast(line, luminance(dark)), `${id} on ${dark}`).toBeGreaterThan(3);
    }
    expect(outlineOf('#ffff00'), 'a bright colour stays as it is').toBe('#ffff00');
    const { halo } = labelColors(classes, look)!;
    expect(contrast(1, luminance('#404040')), 'of white under the halo').toBeGreaterThan(3);
    expect(halo).toBe(word('#000000', 0.75));
    expect(labelColors(classes, { ...look, outline: false })!.halo).toBe(0);
  });

  it('leave out what is hidden, what is not chosen, outlines, or all', () => {
    for (const shown of [shownClasses(classes, null, new Set([3])), shownClasses(classes, 0, none)]) {
      const all = [labelColors(shown, look)!, predictionColors(shown, look), previewColors(shown, look)];
      const more = [differenceColors(shown, look), decidedColors(shown, look)];
      for (const [name, words] of [...all, ...more].flatMap((colors) => Object.entries(colors) as [string, Uint32Array | number][])) {
        if (typeof words !== 'number') expect([words[0] !== 0, words[3]], name).toEqual([true, 0]);
      }
    }
    expect(labelColors(classes, { ...look, outline: false })!.outline[3]).toBe(0);
    expect(labelColors(classes, { ...look, visible: false })).toBeNull();
  });

  it('tell the three states of a prediction apart, each in the hue of its class', () => {
    const colors = predictionColors(classes, look);
    expect(new Set([colors.kept[3], colors.doubted[3], colors.lowClass[3], colors.lowLine[3]]).size).toBe(4);
    const hue = (word: number): number => word & 0xffffff;
    expect(hue(colors.lowClass[3]!)).toBe(hue(colors.kept[3]!));
    expect(new Set([0, 3].map((id) => colors.lowClass[id])).size).toBe(2);
  });
});
