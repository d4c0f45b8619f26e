/** What a method is to those who must know something of it: plain data, asked for here, never by testing for a name. */
export interface MethodNeeds {
  /** It learns from unlabelled images, and needs some. */
  readonly unlabelled: boolean;
  /** Its teacher is pruned, unless its refinement is off: for networks that are trained as a whole. */
  readonly pruning: boolean;
}

/** What a run may have beside losses on labels, each to be shown only where it has it. */
export type RunPart =
  /** It learns from unlabelled images. */
  | 'unlabelled'
  /** Its teacher is pruned. */
  | 'pruning'
  /** Its network is trained as a whole, so that embeddings are learnt. */
  | 'network'
  /** Labelled images are held out, and every epoch is measured on them. */
  | 'heldOut'
  /** Once its head knows the labels, its network is trained as a whole, as long as that helps. */
  | 'tuning';

/** How a run treats the unlabelled images: not at all; by confidence; by confidence doubted through pruning. */
export const METHODS = ['sup', 'conf', 'pgcl'] as const;
export type Method = (typeof METHODS)[number];

/** What the methods need. A new one has an entry here, and its file under `main/engine/methods`. */
export const METHOD_NEEDS: Readonly<Record<Method, MethodNeeds>> = {
  sup: { unlabelled: false, pruning: false },
  conf: { unlabelled: true, pruning: false },
  pgcl: { unlabelled: true, pruning: true },
};
