import { EspalierError, toEspalierError } from '@shared/errors';

/** Faults of what surrounds a training, in the run's own words. */
export function trainingFailure(thrown: unknown): EspalierError {
  return inWords(thrown, 'RUN_STOPPED_EARLY', 'RUN_DISK_FULL');
}

/** Those of what surrounds a prediction. */
export function predictionFailure(thrown: unknown): EspalierError {
  return inWords(thrown, 'PREDICTION_STOPPED_EARLY', 'PREDICTION_DISK_FULL');
}

function inWords(
  thrown: unknown,
  engineEnded: 'RUN_STOPPED_EARLY' | 'PREDICTION_STOPPED_EARLY',
  diskFull: 'RUN_DISK_FULL' | 'PREDICTION_DISK_FULL',
): EspalierError {
  const error = toEspalierError(thrown);
  if (error.code === 'DISK_FULL') return new EspalierError(diskFull, {}, { cause: error });
  if (error.code !== 'CHILD_EXITED' || error.params.child !== 'engine') return error;
  return new EspalierError(engineEnded, { reason: String(error.params.reason) }, { cause: error });
}
