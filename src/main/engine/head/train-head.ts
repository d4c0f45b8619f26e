import { resolve } from 'node:path';
import { EspalierError } from '@shared/errors';
import type { ResultOf, TrainTelling } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import { FEATURES_OF_RUN } from '@shared/run';
import type { PartedInputs } from '../data/hold-out';
import type { Session } from '../compile/program';
import { epochOf } from '../data/plan';
import { hear } from '../process/hear';
import { methodOf } from '../methods';
import { createPixelNetwork } from '../model/create';
import { initialValues, type VariableValues } from '../model/initial';
import { pretrainedBackbone } from '../model/weights/pretrained';
import { openProgram } from '../programs/open';
import { priorShift } from './answers';
import { type Basis, basisOf, componentsOf } from './basis';
import { HeadBeginning } from './beginning';
import { chooseScale, choosingSteps } from './choose-scale';
import type { Looking } from './collect';
import { type Part, partsOf } from './cross-fit';
import { FeatureCache } from './feature-cache';
import { FeatureSource } from './feature-source';
import { Fit } from './fit';
import { HeadCheckpoint } from './head-checkpoint';
import { createHeadNetwork } from '../model/head-network';
import { HeadProgress } from './head-progress';
import { type HeadPixels, HeadTraining } from './head-training';
import { judge } from './judge';
import { type Head, keepHead } from './kept-head';
import { preparePixels, turnedPixels } from './prepare';
import { HeadSchedule } from './schedule';
import { Sights } from './sights';
import { unfolded } from './head-values';
import type { PixelTable } from './table';
import type { TuningBeginning } from '../tune/beginning';
import { scaleChoice, viewsAround } from './views';

/**
 * Trains the head of a run on the features of a frozen backbone: features of pixels of all images, once; then the labels; then, where
 * cross-fitting on the labelled images says that it helps, the unlabelled pixels beside them. It takes about a minute, so that a run which
 * was stopped begins anew, from the same draws.
 * @throws EspalierError TRAIN_NAN, WEIGHTS_*, NONE_READABLE, DISK_FULL
 */
export async function trainHead(
  runFolder: string,
  parted: PartedInputs,
  context: CallContext<TrainTelling>,
): Promise<ResultOf<'engine.train'> & { readonly beginning: TuningBeginning | null }> {
  const { settings, classes, labelled, unlabelled } = parted.learnt;
  const { signal } = context;
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const schedule = new HeadSchedule(settings, epochOf(parted.learnt), unlabelled.length > 0 && methodOf(settings) !== null);
  const network = createPixelNetwork(settings.backbone, classes.length);
  const head = createHeadNetwork(componentsOf(network.inputs), classes.length);
  const beginning = await HeadBeginning.open(runFolder, parted.learnt, head);
  const { folds } = beginning;
  const viewScale = beginning.before?.viewScale ?? settings.viewScale;
  const { views, scales } =
    viewScale === 'chosen' ? scaleChoice(labelled, settings.largestView) : { views: viewsAround(viewScale), scales: null };
  const beside = schedule.supervised < schedule.steps;
  const { supervised, steps } = schedule;
  const gammas = settings.gammaTried === null ? [settings.gamma] : [settings.gamma, settings.gammaTried];
  const progress = new HeadProgress((telling) => context.progress(telling), schedule, views[0]!.scale, {
    supervised: folds.length * supervised + (scales ? choosingSteps(folds) : 0),
    beside: folds.length * gammas.length * (steps - supervised),
  });
  let fit: Fit | null = null;
  try {
    const initial = initialValues(network.specs, settings.seed);
    for (const [name, value] of await pretrainedBackbone(settings.backbone, network.specs)) initial.set(name, value);
    // Recorded by a process of its own while the images are looked at.
    const opening = openProgram({ kind: 'head', settings, classes: classes.length, inputs: head.inputs }, settings.compiled, signal);
    opening.then(
      () => progress.opened('head'),
      () => undefined,
    );
    try {
      const beginOn =
        (session: Session) =>
        (some: HeadPixels, plan: HeadSchedule, name: string, start = beginning.whole): HeadTraining =>
          new HeadTraining(session, head, settings, plan, some, name, start);
      const onStep =
        (total: number, kindOf: HeadSchedule['kindOf']) =>
        async (done: number): Promise<void> => {
          progress.judged(done, total, kindOf(done));
          await hear(signal);
        };
      const choose = async (parts: readonly Part[], scales: readonly number[]): Promise<number | null> =>
        chooseScale(
          parts,
          scales,
          settings,
          beginOn(await opening),
          onStep(choosingSteps(folds), () => 'supervised'),
        );
      const basisAt = (table: PixelTable, scale: number): Basis =>
        basisOf(
          table.where((_image, view) => view.scale === scale),
          settings.seed,
        );
      const split = (table: PixelTable): Part[] =>
        partsOf(table, folds, (rest, fold) => beginning.known(fold)?.basis ?? basisAt(rest, views[0]!.scale));
      const cache = await FeatureCache.open(resolve(runFolder, FEATURES_OF_RUN), (sentence) => progress.note(sentence));
      const source = new FeatureSource(network, initial, cache, async () => {
        const backbone = await openProgram({ kind: 'features', backbone: settings.backbone }, settings.compiled, signal);
        progress.opened('backbone');
        return backbone;
      });
      const looking: Looking = {
        source,
        sights: new Sights(),
        numbers: network.inputs,
        inputs: parted.learnt,
        folder: runFolder,
        onLeftOut: (leftOut) => progress.news({ kind: 'leftOut', ...leftOut }),
        progress,
        signal,
      };
      const choosing = scales && ((parts: readonly Part[]) => choose(parts, scales));
      const seen = await preparePixels(looking, parted, views, split, choosing, beside).finally(() => source.dispose());
      const { scale } = seen;
      const begin = beginOn(await opening);
      const perFold = supervised + gammas.length * (steps - supervised);
      const judgement = await judge(
        seen.parts,
        seen.unlabelled,
        scale,
        gammas,
        schedule,
        beginning.isKnown,
        (some, fold) => begin(some, schedule, `fold ${fold}`, beginning.fold(fold)),
        onStep(folds.length * perFold, (done) => schedule.kindOf(((done - 1) % perFold) + 1)),
      );
      if (judgement === null) {
        progress.note(
          'How good this run is cannot be estimated: that takes labels in two images.' +
            (beside ? ' So the unlabelled images were not relied on, and it gives the network that learnt from the labels alone.' : ''),
        );
      }
      const basis = beginning.before?.whole.basis ?? basisAt(seen.labelled, scale);
      const pixels = turnedPixels(seen, basis);
      const checkpoint = new HeadCheckpoint(
        runFolder,
        parted.learnt,
        network,
        initial,
        basis,
        scale,
        judgement?.confidence ?? null,
        seconds,
      );
      fit = new Fit(
        classes.map(({ name }) => name),
        settings,
        schedule,
        pixels.measured,
        judgement?.verdict ?? null,
        progress,
        checkpoint,
      );
      const whole = begin(pixels, schedule, 'whole');
      const report = await fit.train(whole, pixels.labelled, signal);
      const given = { basis, variables: whole.read('teacher') };
      await keepHead(runFolder, beginning.kept({ viewScale: scale, whole: given }, judgement?.heads ?? []));
      const ended = { status: 'finished', step: fit.step, seconds: seconds() } as const;
      if (settings.hours === 0 || !judgement) return { ...ended, beginning: null };
      const valuesOf = ({ basis, variables }: Head): VariableValues => new Map([...initial, ...unfolded(network, variables, basis)]);
      const { shares, drawnShares } = pixels.labelled;
      const weights = Array.from(shares, (share, k) => (share === 0 ? 0 : drawnShares[k]! / share));
      return {
        ...ended,
        beginning: {
          standing: {
            report,
            folds: judgement.heads.map(({ images }) => images),
            shift: [...priorShift(pixels.labelled)],
            weights,
            figures: [],
            priors: [],
            confidence: judgement.verdict.confidence,
            seconds: { run: ended.seconds, tuning: 0 },
          },
          networks: [...judgement.heads, given].map(valuesOf),
        },
      };
    } finally {
      await opening.then(
        (session) => session.dispose(),
        () => undefined,
      );
    }
  } catch (error) {
    if (signal.aborted && !(error instanceof EspalierError)) {
      return { status: 'stopped', step: fit?.step ?? 0, seconds: seconds(), beginning: null };
    }
    throw error;
  }
}
