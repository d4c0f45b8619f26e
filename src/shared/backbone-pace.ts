import { z } from 'zod';
import { BACKBONES, type Backbone } from './settings';
import { EMBEDDED_BACKBONE } from './weights';

/** Side of the square image that every backbone is timed on, pixels. */
export const PROBE_SIDE = 448;

/** What this computer takes for a look at an image with a backbone, as measured. */
export const BackbonePace = z.object({
  backbone: z.enum(BACKBONES),
  /** For an image of {@link PROBE_SIDE}. */
  seconds: z.number().positive(),
  /** mIoU in percent that its authors or others publish, see the backbone's description; null: none. */
  published: z.number().nullable(),
});
export type BackbonePace = z.infer<typeof BackbonePace>;

/** Seconds for a look within which the better backbone is the one to take: a hundred images in five minutes. */
const PATIENCE = 3;

/** The backbone to take on this computer: of those that are not too slow the one with the best published figure. */
export function suitedBackbone(paces: readonly BackbonePace[]): Backbone {
  const known = paces.flatMap(({ backbone, seconds, published }) =>
    published !== null && seconds <= PATIENCE ? [{ backbone, published }] : [],
  );
  return known.sort((a, b) => b.published - a.published)[0]?.backbone ?? EMBEDDED_BACKBONE;
}

/** Which backbone suits this computer, and what a better one would bring and take, in sentences. */
export function paceAdvice(paces: readonly BackbonePace[]): string {
  const chosen = paces.find(({ backbone }) => backbone === suitedBackbone(paces));
  if (!chosen) return '';
  const better = paces.filter(({ published }) => published !== null && published > (chosen.published ?? 0));
  const takes = ({ seconds }: BackbonePace): string => `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
  const figure = ({ published }: BackbonePace): string => (published === null ? '' : `, published mIoU ${published.toFixed(1)} %`);
  return [
    `${chosen.backbone} suits this computer: ${takes(chosen)} for an image of ${PROBE_SIDE} × ${PROBE_SIDE}${figure(chosen)}.`,
    ...better.map((pace) => `${pace.backbone} would take ${takes(pace)}${figure(pace)}.`),
    ...(chosen.published !== null || better.length > 0 ? ['Published figures: PASCAL VOC from 92 labelled images, in UniMatch.'] : []),
  ].join(' ');
}
