import { ImageQuery } from '@shared/domain';
import { expect, it } from 'vitest';
import { badgeFor, emptyWords, reasonFor } from './list-words';

const hint = { done: 'mark it done (M)', reviewed: 'mark it reviewed (Shift+M)' };

it('an empty list says why, and what to do, under every filter and search', () => {
  const said = ImageQuery.shape.filter.options.map((filter) => emptyWords({ filter, search: '' }, hint));
  expect(new Set(said).size).toBe(said.length);
  expect(emptyWords({ filter: 'reviewed', search: '' }, hint)).toContain('mark it reviewed (Shift+M)');
  expect(emptyWords({ filter: 'done', search: '' }, hint)).toContain('mark it done (M)');
  expect(emptyWords({ filter: 'all', search: 'cat' }, hint)).toBe('No image has “cat” in its path: search for less of it.');
  expect(emptyWords({ filter: 'done', search: 'cat' }, hint)).toContain('of this filter');
});

it('an image says why it stands where it does, by what the list is sorted by, and shows its score', () => {
  const scores = { kept: 0.5, lowConfidence: 0.2, doubted: 0.3, meanSimilarity: 0.9, suspect: 1200, 'change-run-0001': 0.4 };
  const runId = 'run-0002';
  const change = { sort: 'change', against: 'run-0001', runId } as const;
  expect(reasonFor({ scores }, { sort: 'doubted', runId })).toBe('pruning shook 30 % of it, where the run is confident');
  expect(reasonFor({ scores }, { sort: 'lowConfidence', runId })).toBe('the run is unsure of 20 % of it');
  expect(reasonFor({ scores }, { sort: 'suspect', runId })).toContain('sure against 1,200 labelled pixels');
  expect(reasonFor({ scores }, change)).toBe('the other run predicts 40 % of it otherwise');
  expect(reasonFor({ scores: {} }, change)).toContain('not predicted by both runs');
  expect(reasonFor({ scores: {} }, { sort: 'doubted', runId })).toContain('not predicted');
  expect([reasonFor({ scores }, { sort: 'name', runId }), reasonFor({ scores }, { sort: 'recent', runId })]).toEqual([null, null]);
  // Without a run it is the preview of all images that says so.
  expect(reasonFor({ scores }, { sort: 'lowConfidence', runId: null })).toBe('the preview is unsure of 20 % of it');
  expect(badgeFor({ scores }, change, 'doubted')).toBe('40 %');
  expect(badgeFor({ scores }, { sort: 'name' }, 'doubted')).toBe('30 %');
  expect(badgeFor({ scores }, { sort: 'suspect' }, 'doubted')).toBe('1,200 px');
  expect(badgeFor({ scores }, { sort: 'contradicted' }, 'doubted')).toBeNull();
});
