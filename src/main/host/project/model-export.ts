import type { ParamsOf, ResultOf } from '@shared/protocol';
import type { EngineHost } from './engine-host';
import type { LibraryHost } from './library-host';

/** Writes the network that a run gives for other programs. @throws EspalierError as `models.export` */
export async function exportModel(
  library: LibraryHost,
  engine: EngineHost,
  { runId, ...how }: ParamsOf<'models.export'>,
  signal: AbortSignal,
): Promise<ResultOf<'models.export'>> {
  const run = await library.call('runs.folder', { runId });
  return engine.call('engine.exportModel', { run, ...how }, { signal });
}
