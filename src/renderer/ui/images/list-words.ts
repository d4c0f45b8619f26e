import type { ImageQuery, ImageRecord } from '@shared/domain';
import { percent } from '../format';

type Filter = ImageQuery['filter'];
type Sort = ImageQuery['sort'];

/** What a list is sorted by, for its user to choose. */
export const SORTS: Readonly<Record<Sort, string>> = {
  name: 'By name',
  recent: 'Last changed first',
  doubted: 'Most shaken first',
  lowConfidence: 'Least sure first',
};

/** Why an image stands where it does in a list sorted so; null where the order says nothing about it. */
export function reasonFor({ review }: Pick<ImageRecord, 'review'>, sort: Sort): string | null {
  if (sort !== 'doubted' && sort !== 'lowConfidence') return null;
  if (!review) return 'not predicted by this run, so after all that are';
  return sort === 'doubted'
    ? `pruning shook ${percent(review.doubted)} of it, where the run is confident`
    : `the run is unsure of ${percent(review.lowConfidence)} of it`;
}

/** Why there is nothing in a list, and what to do about it; `hint` tells the key of a command. */
export function emptyWords(
  { filter, search }: Pick<ImageQuery, 'filter' | 'search'>,
  hint: Readonly<Record<'done' | 'reviewed', string>>,
): string {
  if (search !== '') return `No image ${filter === 'all' ? '' : 'of this filter '}has “${search}” in its path: search for less of it.`;
  const words: Readonly<Record<Filter, string>> = {
    all: 'No images in this folder yet.',
    unlabelled: 'Every image has labels: train on them, or review what a run predicts.',
    suggested: 'No images are suggested yet.',
    started: 'No image is started: label something in one, and it is listed here.',
    done: `No image is done: when all of one is labelled, ${hint.done} in Label.`,
    reviewed: `No image is reviewed in this run: when you have looked through one, ${hint.reviewed} in Review.`,
    problem: 'No image has a problem: every file could be read.',
  };
  return words[filter];
}
