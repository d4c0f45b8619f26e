import { posix } from 'node:path';
import { EspalierError, reasonOf } from '@shared/errors';
import type { ResultOf } from '@shared/protocol';
import { SUBSETS, SubsetPlan } from '@shared/subsets';
import type { OpenProject } from '../project/open-project';
import { deal } from './deal';

/** Deals all readable images out and keeps it. @throws EspalierError SUBSET_PATTERN, SUBSETS_FEW */
export async function makeSubsets(project: OpenProject, plan: SubsetPlan): Promise<ResultOf<'subsets.make'>> {
  const groupOf = groupBy(plan);
  const rows = await project.reading.subsets.dealt();
  const images = rows.map(({ id, path, classes }) => ({ id, group: groupOf(path), classes: classes?.split(',').map(Number) ?? [] }));
  const wanted = SUBSETS.filter((subset) => plan.ratios[subset] > 0).length;
  const groups = new Set(images.map(({ group }) => group)).size;
  if (groups < wanted) throw new EspalierError('SUBSETS_FEW', { groups, subsets: wanted });
  const dealt = deal(images, plan);
  const { subsets } = project.queries;
  project.db.transaction(() => {
    subsets.clear();
    for (const [id, subset] of dealt) subsets.add(id, subset);
    subsets.addPlan(JSON.stringify(plan), new Date().toISOString());
  })();
  return readSubsets(project);
}

export async function readSubsets({ queries, reading }: OpenProject): Promise<ResultOf<'subsets.get'>> {
  const made = queries.subsets.plan();
  if (!made) return null;
  const [counts, classes] = await Promise.all([reading.subsets.counts(), reading.subsets.classes()]);
  return {
    plan: SubsetPlan.parse(JSON.parse(made.plan)),
    madeAt: made.made_at,
    subsets: SUBSETS.map((subset) => {
      const { images = 0, labelled = 0 } = counts.find(({ name }) => name === subset) ?? {};
      const own = classes.filter(({ name }) => name === subset);
      return { subset, images, labelled, classes: Object.fromEntries(own.map(({ class_id, images }) => [class_id, images])) };
    }),
    others: counts.find(({ name }) => name === null)?.images ?? 0,
  };
}

/** What stays together with an image, from its path. @throws EspalierError SUBSET_PATTERN */
function groupBy({ together, pattern }: SubsetPlan): (path: string) => string {
  if (together === 'none') return (path) => path;
  if (together === 'folder') return (path) => posix.dirname(path);
  const expression = expressionOf(pattern);
  return (path) => {
    const match = expression.exec(path);
    // What is matched and what is not must never be the same group.
    return match ? `match ${match[1] ?? match[0]}` : `alone ${path}`;
  };
}

function expressionOf(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch (error) {
    throw new EspalierError('SUBSET_PATTERN', { pattern, reason: reasonOf(error) }, { cause: error });
  }
}
