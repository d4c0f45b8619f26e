import { METHOD_NEEDS, METHODS } from '@shared/methods';
import { describe, expect, test } from 'vitest';
import { methodOf } from '.';

describe.each(METHODS)('%s', (method) => {
  const needs = METHOD_NEEDS[method];

  test('is what its needs say', () => {
    const found = methodOf({ method, refinement: true, doubt: 'similarity' });
    expect({ unlabelled: found !== null, pruning: found?.pruning ?? false }).toEqual(needs);
  });

  test('prunes nothing without its refinement', () => {
    const found = methodOf({ method, refinement: false, doubt: 'similarity' });
    expect({ unlabelled: found !== null, pruning: found?.pruning ?? false }).toEqual({ ...needs, pruning: false });
    expect(found?.renewal ?? null).toBeNull();
  });
});
