import { describe, expect, it } from 'vitest';
import { keptTable } from './mask-content';

describe('the refinement table', () => {
  it('keeps p̃ · d^β ≥ γ', () => {
    const table = keptTable(0.7, 1);
    expect([table[255 * 256 + 255], table[179 * 256 + 255], table[178 * 256 + 255]]).toEqual([1, 1, 0]);
    expect([table[255 * 256 + 102], table[255 * 256 + 101]]).toEqual([1, 0]);
    expect(keptTable(0.7, 0)[179 * 256]).toBe(1);
  });
});
