import { IGNORE } from '@shared/mask';
import { stateTable } from '@shared/review';
import { expect, it } from 'vitest';
import { gridOf } from './render';
import { renderMap } from './render-map';

it('a map shows each value in its shade, a line around what is kept, and nothing of hidden classes or without a prediction', () => {
  // Eight pixels in a row, one device pixel each.
  const classes = Uint8Array.of(0, 0, 0, 0, 0, 1, IGNORE, 0);
  const confidence = Uint8Array.of(10, 255, 255, 255, 10, 255, 255, 10);
  const planes = { classes, confidence, similarity: new Uint8Array(8).fill(255), width: 8, height: 1 };
  const shades = Uint32Array.from({ length: 65536 }, (_, bytes) => bytes >> 8);
  const shown = Uint8Array.from({ length: 256 }, (_, id) => (id === 0 ? 1 : 0));
  const words = new Uint32Array(8).fill(9);
  const grid = gridOf({ scale: 1, x: 0, y: 0 }, 1, { width: 8, height: 1 }, planes);
  renderMap(words, grid, { x0: 0, y0: 0, x1: 8, y1: 1 }, planes, stateTable(0.7, 1), shown, { shades, line: 777 });
  expect([...words]).toEqual([10, 777, 255, 777, 10, 0, 0, 10]);
});
