import { z } from 'zod';
import { EspalierError } from './errors';
import { BACKBONES, type Backbone } from './settings';

/** The backbone whose weights come with Espalier: set-up provides them. */
export const EMBEDDED_BACKBONE: Backbone = 'efficientnet-lite0';

/** The pretrained weights of a backbone. */
export const WeightsRecord = z.object({
  backbone: z.enum(BACKBONES),
  state: z.enum(['embedded', 'installed', 'missing']),
  /** Where they are from; while they are missing, where they would be downloaded from. */
  source: z.string(),
  licence: z.string(),
  /** Size of the file; while it is missing, of what would be downloaded. */
  bytes: z.number().nonnegative(),
  /** How much of an interrupted download is there already. */
  downloaded: z.number().nonnegative(),
});
export type WeightsRecord = z.infer<typeof WeightsRecord>;

/** "47 MB", small ones with a digit after the point. */
export function megabytes(bytes: number): string {
  const million = bytes / 1e6;
  return `${million.toFixed(million < 10 ? 1 : 0)} MB`;
}

/** Why a run with this backbone cannot begin while its weights are missing. */
export function missingWeights(backbone: Backbone): EspalierError {
  return new EspalierError(backbone === EMBEDDED_BACKBONE ? 'WEIGHTS_NOT_SET_UP' : 'WEIGHTS_MISSING', { backbone });
}
