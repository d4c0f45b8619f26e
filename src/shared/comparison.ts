import { z } from 'zod';

/** Pixels labelled as one class and predicted as another, or the same; `predicted` 255: as a class that is gone. */
export const Cell = z.object({
  label: z.number().int().min(0).max(253),
  predicted: z.number().int().min(0).max(255),
  pixels: z.number().int().positive(),
});
export type Cell = z.infer<typeof Cell>;

/** Overlap of labels and prediction, by class id: of classes that are labelled anywhere. */
export interface Overlap {
  readonly perClass: ReadonlyMap<number, number>;
  /** Mean over these classes; null without any. */
  readonly miou: number | null;
}

/** Intersection over union of each class labelled, in [0, 1]. */
export function overlapOf(cells: readonly Cell[]): Overlap {
  const [labelled, predicted, right] = [new Map<number, number>(), new Map<number, number>(), new Map<number, number>()];
  const add = (to: Map<number, number>, id: number, pixels: number): unknown => to.set(id, (to.get(id) ?? 0) + pixels);
  for (const cell of cells) {
    add(labelled, cell.label, cell.pixels);
    add(predicted, cell.predicted, cell.pixels);
    if (cell.label === cell.predicted) add(right, cell.label, cell.pixels);
  }
  const perClass = new Map(
    [...labelled].map(([id, pixels]) => {
      const both = right.get(id) ?? 0;
      return [id, both / (pixels + (predicted.get(id) ?? 0) - both)];
    }),
  );
  const sum = [...perClass.values()].reduce((total, iou) => total + iou, 0);
  return { perClass, miou: perClass.size === 0 ? null : sum / perClass.size };
}

/** The name of the score of a run that says how much of an image another one predicts otherwise: a share of its pixels. */
export const changeScore = (otherRunId: string): string => `change-${otherRunId}`;
