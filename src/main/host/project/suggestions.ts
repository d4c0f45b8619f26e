import { EspalierError } from '@shared/errors';
import type { ProgressOf, ResultOf } from '@shared/protocol';
import type { CallOptions } from '@shared/rpc';
import type { EngineHost } from './engine-host';
import type { LibraryHost } from './library-host';

/** Images that are looked at: of more, some at random stand for all. */
const MOST = { labelled: 200, unlabelled: 1000 } as const;

/**
 * Suggests images to label first, and keeps them in the project.
 * @throws EspalierError NOTHING_UNLABELLED, WEIGHTS_*, NONE_READABLE; AbortError
 */
export async function makeSuggestions(
  library: LibraryHost,
  engine: EngineHost,
  count: number,
  options: CallOptions<ProgressOf<'engine.suggest'>>,
): Promise<ResultOf<'suggestions.make'>> {
  const inputs = await library.call('suggestions.inputs', MOST);
  if (inputs.unlabelled.length === 0) throw new EspalierError('NOTHING_UNLABELLED');
  const { images } = await engine.call('engine.suggest', { ...inputs, count }, options);
  await library.call('suggestions.keep', { images });
  return { images };
}
