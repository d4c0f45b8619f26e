import { expect, it } from 'vitest';
import { DEFAULT_OPTIONS } from '../editor/tools/tool';
import { optionsFrom } from './tool-options';

it('takes stored tool options over when they are right, and ignores them when they are not', () => {
  expect(optionsFrom({ brushSize: 40 }, DEFAULT_OPTIONS)).toEqual({ ...DEFAULT_OPTIONS, brushSize: 40 });
  for (const wrong of [null, 7, { brushSize: 5000 }, { mode: 'all' }]) expect(optionsFrom(wrong, DEFAULT_OPTIONS)).toEqual(DEFAULT_OPTIONS);
});
