import type { Handlers } from '@shared/rpc';
import { measure } from '../compare/measure';
import { runOf } from '../project/open-project';
import type { Open } from './project';

export function comparisonHandlers(project: Open): Handlers<'comparisons.measure' | 'comparisons.read'> {
  return {
    'comparisons.measure': ({ runId, other }, context) =>
      measure(project(), runOf(project(), runId), other === null ? null : runOf(project(), other), context),
    'comparisons.read': async ({ runId, other: otherId }) => {
      const { comparisons } = project().reading;
      const [run, other] = [runOf(project(), runId), otherId === null ? null : runOf(project(), otherId)];
      const compared = async (unseen: boolean) => ({
        images: await comparisons.images(run, other, unseen),
        run: await comparisons.cells(run, other, unseen),
        other: other ? await comparisons.cells(other, run, unseen) : [],
      });
      return { change: other && (await comparisons.change(run, other)), all: await compared(false), unseen: await compared(true) };
    },
  };
}
