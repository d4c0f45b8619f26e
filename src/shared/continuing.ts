import type { RunRecord } from './domain';
import type { TrainSettings } from './settings';

type Before = Pick<RunRecord, 'settings' | 'continuable' | 'epochs'>;

/** Why a run of these settings cannot begin from another one, within a sentence; null where it can. */
export function whyNotFrom(settings: TrainSettings, before: Before): string | null {
  const had = before.settings;
  if (!had) return 'it is of another version of Espalier';
  if (had.decoder !== settings.decoder) {
    return had.decoder === 'pixel'
      ? 'it trained a head, and this one trains the whole network'
      : 'it trained a whole network, and this one a head';
  }
  if (had.backbone !== settings.backbone) return `its backbone is ${had.backbone}, and not ${settings.backbone}`;
  if (!before.continuable) return 'it keeps nothing to begin from';
  const scale = scaleOf(before);
  if (settings.viewScale === 'chosen' || scale === null || scale === settings.viewScale) return null;
  return scaleReason(scale, settings.viewScale);
}

/** Why a head that looks at images in one scale cannot go on in another. */
export const scaleReason = (had: number, wanted: number): string =>
  `it looks at images at × ${had} of their size, and this one at × ${wanted}`;

/** Scale that a head looks at images in, where that is known. */
function scaleOf({ settings, epochs }: Before): number | null {
  const verdict = epochs.findLast((report) => report.verdict !== null)?.verdict;
  const asked = settings?.viewScale;
  return verdict?.scale ?? (typeof asked === 'number' ? asked : null);
}
