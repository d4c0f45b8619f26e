import { describe, expect, test } from 'vitest';
import { chartSvg, tableSvg } from './svg';

describe('figures', () => {
  test('place points by their values and escape names', () => {
    const svg = chartSvg({
      title: 'a < b',
      x: 'x',
      y: 'y',
      series: [
        {
          name: 'p & q',
          points: [
            [0, 1],
            [1, 3],
          ],
        },
      ],
    });
    expect(svg).toContain('points="72.0,340.0 620.0,44.0"');
    expect(svg).toContain('a &lt; b');
    expect(svg).toContain('p &amp; q');
  });

  test('have round numbers on their axes, and room for every value', () => {
    const svg = chartSvg({
      title: '',
      x: 'x',
      y: 'y',
      series: [
        {
          name: '',
          points: [
            [0.1, 0.532],
            [0.9, 0.866],
          ],
        },
      ],
    });
    const labels = Array.from(svg.matchAll(/>(-?[\d.]+)</g), ([, text]) => text);
    expect(labels).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1', '0.5', '0.6', '0.7', '0.8', '0.9']);
    const [, first, second] = /points="[\d.]+,([\d.]+) [\d.]+,([\d.]+)"/.exec(svg)!.map(Number);
    expect(first! < 340 && second! > 44 && first! > second!).toBe(true);
  });

  test('bear a single point and no point', () => {
    for (const points of [[], [[0.5, 0.5]]] as [number, number][][]) {
      expect(chartSvg({ title: '', x: '', y: '', series: [{ name: '', points }] })).not.toMatch(/NaN|Infinity/);
    }
  });

  test('show every cell of a table', () => {
    const svg = tableSvg('t', [
      ['', 'a'],
      ['row', '1'],
    ]);
    for (const cell of ['>a<', '>row<', '>1<']) expect(svg).toContain(cell);
  });
});
