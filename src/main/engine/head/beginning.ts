import { resolve } from 'node:path';
import { scaleReason } from '@shared/continuing';
import { EspalierError } from '@shared/errors';
import { besideRun, type RunInputs } from '@shared/run';
import { forClasses } from '../model/class-columns';
import type { HeadNetwork } from '../model/head-network';
import { initialValues } from '../model/initial';
import { foldsOf } from './cross-fit';
import type { FoldHead } from './judge';
import { type Head, type KeptHead, readHead } from './kept-head';

type Variables = ReadonlyMap<string, Float32Array>;

/** What the heads of a run begin with: new ones, or those of the run that it begins from. */
export class HeadBeginning {
  /** The labelled images in parts, by their places in the inputs: those of the run before stay where they were, unseen by the fold's head. */
  readonly folds: readonly (readonly number[])[];
  readonly #fresh: Variables;

  private constructor(
    private readonly inputs: RunInputs,
    private readonly network: HeadNetwork,
    /** What it begins from; null: from nothing. */
    readonly before: KeptHead | null,
  ) {
    const { labelled, settings } = inputs;
    const placeOf = new Map(labelled.map(({ id }, place) => [id, place]));
    const known = (before?.folds ?? []).map((ids) => ids.flatMap((id) => placeOf.get(id) ?? []));
    this.folds = foldsOf(labelled.length, settings.seed, known);
    this.#fresh = initialValues(network.specs, settings.seed);
  }

  /** @throws EspalierError TRAIN_FROM, CHECKPOINT_INVALID */
  static async open(runFolder: string, inputs: RunInputs, network: HeadNetwork): Promise<HeadBeginning> {
    const { from, backbone, viewScale } = inputs.settings;
    if (from === null) return new HeadBeginning(inputs, network, null);
    const refused = (reason: string): EspalierError => new EspalierError('TRAIN_FROM', { run: from, reason });
    const before = await readHead(resolve(runFolder, besideRun(from)), from);
    if (!before) throw refused('it keeps nothing to begin from');
    if (before.backbone !== backbone) throw refused(`its backbone is ${before.backbone}, and not ${backbone}`);
    if (viewScale !== 'chosen' && viewScale !== before.viewScale) throw refused(scaleReason(before.viewScale, viewScale));
    return new HeadBeginning(inputs, network, before);
  }

  /** Of the head that the run gives. */
  get whole(): Variables {
    return (this.before && this.#taken(this.before.whole).variables) ?? this.#fresh;
  }

  /** Of the head of a fold, which must not know the fold's images; null where it is to begin anew. */
  known(fold: number): Head | null {
    const { before } = this;
    if (!before) return null;
    const own = before.foldHeads[fold];
    if (own) return this.#taken(own);
    const learnt = new Set(before.learnt);
    const isNew = this.folds[fold]!.every((place) => !learnt.has(this.inputs.labelled[place]!.id));
    return isNew ? this.#taken(before.whole) : null;
  }

  /** The same, or a new one. */
  fold(fold: number): Variables {
    return this.known(fold)?.variables ?? this.#fresh;
  }

  /** Whether all folds begin with what is known: only then it can be told what that was worth. */
  get isKnown(): boolean {
    return this.before !== null && this.folds.length > 0 && this.folds.every((_, fold) => this.known(fold) !== null);
  }

  /**
   * What a later run can begin from.
   * @param whole the head that the run gives
   * @param heads of the folds that could be held out, with their images; of another it stays what it was
   */
  kept(learnt: Pick<KeptHead, 'viewScale' | 'whole'>, heads: readonly FoldHead[]): KeptHead {
    const { labelled, classes, settings } = this.inputs;
    const ids = labelled.map(({ id }) => id);
    const { before } = this;
    // Images whose labels are gone stay where they were: they may come back.
    const folds = this.folds.map((images, fold) => [...new Set([...(before?.folds[fold] ?? []), ...images.map((place) => ids[place]!)])]);
    return {
      ...learnt,
      classes: classes.map(({ id }) => id),
      backbone: settings.backbone,
      folds,
      foldHeads: this.folds.map(
        (own, fold) =>
          heads.find(({ images }) => images === own) ?? this.known(fold) ?? { basis: learnt.whole.basis, variables: this.#fresh },
      ),
      learnt: [...new Set([...(before?.learnt ?? []), ...ids])],
    };
  }

  /** A head of the run before, for the classes of this one. */
  #taken({ basis, variables }: Head): Head {
    const [before, now] = [this.before?.classes ?? [], this.inputs.classes.map(({ id }) => id)];
    return { basis, variables: forClasses(this.network.specs, this.#fresh, (name) => variables.get(name)!, before, now) };
  }
}
