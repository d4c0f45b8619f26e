import { changeScore } from '@shared/comparison';
import type { ImageQuery, ImageRecord } from '@shared/domain';
import { count, percent } from '../format';

type Filter = ImageQuery['filter'];
type Sort = ImageQuery['sort'];

/** What a list is sorted by, for its user to choose. */
export const SORTS: Readonly<Record<Sort, string>> = {
  name: 'By name',
  recent: 'Last changed first',
  doubted: 'Most shaken first',
  lowConfidence: 'Least sure first',
  rare: 'Rarest class first',
  contradicted: 'Most disputed',
  suspect: 'Label errors first',
  change: 'Most changed',
};

/** Why an image stands where it does in a list sorted so; null where the order says nothing about it. */
export function reasonFor(
  { scores }: Pick<ImageRecord, 'scores'>,
  { sort, against, runId }: Pick<ImageQuery, 'sort' | 'against' | 'runId'>,
): string | null {
  if (sort === 'name' || sort === 'recent') return null;
  const value = scores[sort === 'change' ? changeScore(against ?? '') : sort];
  if (value === undefined) {
    if (sort === 'change') return 'not predicted by both runs, so after all that are';
    return sort === 'contradicted' || sort === 'suspect'
      ? 'without labels that the run could contradict, so after all that have some'
      : runId === null
        ? 'not looked over by a preview, so after all that are'
        : 'not predicted by this run, so after all that are';
  }
  const words: Readonly<Record<typeof sort, string>> = {
    doubted: `pruning shook ${percent(value)} of it, where the run is confident`,
    lowConfidence: `the ${runId === null ? 'preview' : 'run'} is unsure of ${percent(value)} of it`,
    rare: `the preview takes ${percent(value)} of it for the class that has fewest labels`,
    contradicted: `the run contradicts ${count(value, 'labelled pixel')}`,
    suspect: `the run, which did not learn from it, is sure against ${count(value, 'labelled pixel')}`,
    change: `the other run predicts ${percent(value)} of it otherwise`,
  };
  return words[sort];
}

/** What stands on the thumbnail of an image that is reviewed: the score that the list is sorted by, else the usual one; null where it has none. */
export function badgeFor(image: Pick<ImageRecord, 'scores'>, query: Pick<ImageQuery, 'sort' | 'against'>, usual: Sort): string | null {
  const sort = query.sort === 'name' || query.sort === 'recent' ? usual : query.sort;
  const value = image.scores[sort === 'change' ? changeScore(query.against ?? '') : sort];
  if (value === undefined) return null;
  return sort === 'contradicted' || sort === 'suspect' ? `${value.toLocaleString('en')} px` : percent(value);
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
    contradicted: 'The run contradicts no label of an image: there is nothing to look at here.',
    changed: 'No image is predicted so differently by the two runs: ask for less of a change.',
    problem: 'No image has a problem: every file could be read.',
  };
  return words[filter];
}
