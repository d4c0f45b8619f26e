import { ImageQuery } from '@shared/domain';
import { expect, it } from 'vitest';
import { emptyWords, reasonFor } from './list-words';

const hint = { done: 'mark it done (M)', reviewed: 'mark it reviewed (Shift+M)' };

it('an empty list says why, and what to do, under every filter and search', () => {
  const said = ImageQuery.shape.filter.options.map((filter) => emptyWords({ filter, search: '' }, hint));
  expect(new Set(said).size).toBe(said.length);
  expect(emptyWords({ filter: 'reviewed', search: '' }, hint)).toContain('mark it reviewed (Shift+M)');
  expect(emptyWords({ filter: 'done', search: '' }, hint)).toContain('mark it done (M)');
  expect(emptyWords({ filter: 'all', search: 'cat' }, hint)).toBe('No image has “cat” in its path: search for less of it.');
  expect(emptyWords({ filter: 'done', search: 'cat' }, hint)).toContain('of this filter');
});

it('an image says why it stands where it does, by what the list is sorted by', () => {
  const review = { kept: 0.5, lowConfidence: 0.2, doubted: 0.3, meanSimilarity: 0.9 };
  expect(reasonFor({ review }, 'doubted')).toBe('pruning shook 30 % of it, where the run is confident');
  expect(reasonFor({ review }, 'lowConfidence')).toBe('the run is unsure of 20 % of it');
  expect(reasonFor({ review: null }, 'doubted')).toContain('not predicted');
  expect([reasonFor({ review }, 'name'), reasonFor({ review }, 'recent')]).toEqual([null, null]);
});
