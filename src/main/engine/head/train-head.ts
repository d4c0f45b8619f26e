import type { EpochReport } from '@shared/domain';
import type { Verdict } from '@shared/verdict';
import { EspalierError } from '@shared/errors';
import type { ResultOf, TrainTelling } from '@shared/protocol';
import type { CallContext } from '@shared/rpc';
import type { Work } from '@shared/run-news';
import { curriculumTime, supervisedEpochs } from '@shared/settings';
import { keepBest } from '../checkpoint/best';
import { writeCheckpoint } from '../checkpoint/checkpoint';
import { stateSpecs } from '../checkpoint/state';
import { curriculumBeta } from '../core/curriculum';
import { meanIou } from '../core/metrics/iou';
import { literalScale } from '../core/score-scale';
import type { PartedInputs } from '../data/hold-out';
import type { OnLeftOut } from '../data/left-out';
import { epochOf } from '../data/plan';
import { hear } from '../process/hear';
import { methodOf } from '../methods';
import { createPixelNetwork } from '../model/create';
import { initialValues } from '../model/initial';
import { pretrainedBackbone } from '../model/weights/pretrained';
import { openProgram } from '../programs/open';
import { EpochSums } from '../progress/epoch-sums';
import { Stopwatch } from '../progress/stopwatch';
import { Teller } from '../progress/teller';
import { collectPixels } from './collect';
import { foldsOf, PRIORS, Trial } from './cross-fit';
import { type HeadPixels, HeadTraining, priorShift } from './head-training';
import { stateReader, withoutStandard, withPrior } from './head-values';
import { headSpecs } from '../programs/head';
import { type PixelTable, standardise, standardOf } from './table';

/** What a view of an image, and a step of a head, cost: until they have been met, in pixels that a network looks at. */
const [VIEW, HEAD_STEP] = [50_000, 1000];

/**
 * Trains the head of a run on the features of a frozen backbone: features of pixels of all images, once; then the labels; then, where
 * cross-fitting on the labelled images says that it helps, the unlabelled pixels beside them. It takes about a minute, so that a run which
 * was stopped begins anew, from the same draws.
 * @throws EspalierError TRAIN_NAN, WEIGHTS_*, NONE_READABLE, DISK_FULL
 */
export async function trainHead(
  runFolder: string,
  { learnt: inputs, heldOut }: PartedInputs,
  context: CallContext<TrainTelling>,
): Promise<ResultOf<'engine.train'>> {
  const { settings, classes } = inputs;
  const K = classes.length;
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const network = createPixelNetwork(settings.backbone, K);
  const initial = initialValues(network.specs, settings.seed);
  for (const [name, value] of await pretrainedBackbone(settings.backbone, network.specs)) initial.set(name, value);
  const method = inputs.unlabelled.length > 0 ? methodOf(settings) : null;
  const perEpoch = epochOf(inputs);
  const supervisedSteps = (method ? supervisedEpochs(settings) : settings.epochs) * perEpoch;
  const steps = settings.epochs * perEpoch;
  const teller = new Teller((telling) => context.progress(telling), {
    phase: 'preparing',
    epoch: 0,
    epochs: settings.epochs,
    step: 0,
    steps,
  });
  const watch = new Stopwatch();
  const did = (kind: string, units: number): Work => ({ kind, units, seconds: watch.lap() });
  const folds = foldsOf(inputs.labelled.length, settings.seed);
  /** Steps of heads that are still to be taken: of each fold's, and of the one that the run gives. */
  let headSteps = (folds.length + 1) * (method ? steps : supervisedSteps);

  let taken = 0;
  try {
    // Held-out images come last, so that those learnt from keep their numbers.
    const all = { ...inputs, labelled: [...inputs.labelled, ...heldOut] };
    const onLeftOut: OnLeftOut = (leftOut) => teller.news({ kind: 'leftOut', ...leftOut });
    const { labelled, unlabelled } = await collectPixels(network, all, runFolder, initial, method !== null, onLeftOut, {
      signal: context.signal,
      progress: ({ done, total }) =>
        teller.tell({
          phase: 'features',
          step: done,
          steps: total,
          work: did('features', VIEW),
          left: { features: (total - done) * VIEW, head: headSteps * HEAD_STEP },
        }),
    });
    const learnt = heldOut.length > 0 ? labelled.of(numbers(0, inputs.labelled.length)) : labelled;
    const measured = heldOut.length > 0 ? labelled.of(numbers(inputs.labelled.length, all.labelled.length)) : null;
    const standard = standardOf(learnt.features, network.inputs);
    for (const table of new Set([labelled, learnt, measured, unlabelled])) if (table) standardise(table.features, standard);

    const session = await openProgram({ kind: 'head', settings, classes: K }, settings.compiled, context.signal);
    try {
      const training = (pixels: HeadPixels, name: string): HeadTraining => new HeadTraining(session, network, settings, pixels, name);
      const verdict = await cross(learnt, method && unlabelled, training);
      const head = training({ labelled: learnt, unlabelled }, 'whole');
      head.begin(initial);
      await fit(head, verdict, measured);
      return { status: 'finished', step: taken, seconds: seconds() };
    } finally {
      session.dispose();
    }

    /** Which head does best on images that it has not seen; null where there are too few. */
    async function cross(
      table: PixelTable,
      unlabelled: PixelTable | null,
      training: (pixels: HeadPixels, name: string) => HeadTraining,
    ): Promise<Verdict | null> {
      const trial = new Trial(K);
      const last = unlabelled ? steps : supervisedSteps;
      let done = 0;
      let heldOnce = 0;
      const on = async (): Promise<void> => {
        done++;
        headSteps--;
        if (done % perEpoch === 0) {
          const work = did('head', perEpoch * HEAD_STEP);
          teller.tell({ phase: 'judging', step: done, steps: folds.length * last, work, left: { head: headSteps * HEAD_STEP } });
        }
        await hear(context.signal);
      };
      for (const [number, fold] of folds.entries()) {
        const held = new Set(fold);
        const kept = new Set([...numbers(0, inputs.labelled.length)].filter((image) => !held.has(image)));
        const [rest, unseen] = [table.of(kept), table.of(held)];
        // Images that cannot be read have no pixels: neither to learn from nor to be held out.
        if (rest.size === 0 || unseen.size === 0) continue;
        heldOnce += new Set(unseen.images).size;
        const head = training({ labelled: rest, unlabelled }, `fold ${number}`);
        head.begin(initial);
        for (let step = 0; step < supervisedSteps; step++) {
          head.supervised(step, supervisedSteps);
          await on();
        }
        trial.addLabels(head.measure('teacher', unseen, PRIORS));
        if (!unlabelled) continue;
        for (let step = supervisedSteps; step < steps; step++) {
          semiSupervised(head, step);
          await on();
        }
        trial.addUnlabelled(head.measure('teacher', unseen, PRIORS));
      }
      return heldOnce > 0 ? trial.verdict(heldOnce) : null;
    }

    /** Trains the head that the run gives, an epoch report after each epoch. */
    async function fit(head: HeadTraining, verdict: Verdict | null, measured: PixelTable | null): Promise<void> {
      // Labelled pixels alone where the others do not help, or nothing can say that they do.
      const last = verdict?.chosen === 'unlabelled' ? steps : supervisedSteps;
      headSteps = last;
      let sums = new EpochSums();
      while (taken < last) {
        const supervised = taken < supervisedSteps;
        const outputs = supervised ? head.supervised(taken, supervisedSteps) : semiSupervised(head, taken);
        sums.add(outputs);
        taken++;
        headSteps--;
        const work = did('head', HEAD_STEP);
        sums.spend(work.seconds);
        const epoch = Math.ceil(taken / perEpoch);
        const ended = taken % perEpoch === 0;
        const report = ended ? reportOf(sums, epoch, supervised, taken === last ? verdict : null, head, measured) : null;
        if (ended) sums = new EpochSums();
        teller.tell({
          phase: supervised && method ? 'warmup' : 'training',
          epoch,
          step: taken,
          steps: last,
          loss: outputs.loss![0]!,
          news: report ? [{ kind: 'epoch', report }] : [],
          work,
          left: { head: headSteps * HEAD_STEP },
        });
        if (ended && (taken === last || measured)) await save(head, report!, verdict?.prior ?? 0);
        await hear(context.signal);
      }
    }

    function reportOf(
      sums: EpochSums,
      epoch: number,
      supervised: boolean,
      verdict: Verdict | null,
      head: HeadTraining,
      measured: PixelTable | null,
    ): EpochReport {
      const score = (network: 'student' | 'teacher'): number | null => measured && meanIou(head.measure(network, measured, [0])[0]!);
      return sums.report({
        epoch,
        step: taken,
        beta: supervised ? null : settings.curriculum ? curriculumBeta(settings, ...curriculumTime(settings, epoch - 1)) : settings.betaMax,
        learningRate: settings.lrHead,
        pruningRatio: null,
        studentMiou: score('student'),
        teacherMiou: score('teacher'),
        verdict,
      });
    }

    async function save(head: HeadTraining, { epoch, studentMiou, teacherMiou }: EpochReport, prior: number): Promise<void> {
      const names = headSpecs(network).map(({ name }) => name);
      const headOf = (role: 'student' | 'teacher'): Map<string, Float32Array> =>
        withPrior(withoutStandard(network, head.read(role, names), standard), priorShift(learnt, prior));
      const read = stateReader(initial, { student: headOf('student'), teacher: headOf('teacher') });
      const specs = stateSpecs(network, settings.scope, ['student', 'teacher']);
      if (studentMiou !== null && teacherMiou !== null)
        await keepBest(runFolder, inputs, epoch, { student: studentMiou, teacher: teacherMiou }, specs, { read }, (sentence) =>
          teller.news({ kind: 'note', sentence }),
        );
      const about = {
        settings,
        classes: classes.map(({ id }) => id),
        step: taken,
        seconds: seconds(),
        ratio: null,
        scale: literalScale(K),
        sums: {},
      };
      await writeCheckpoint(runFolder, about, specs, { read });
    }
  } catch (error) {
    if (context.signal.aborted && !(error instanceof EspalierError)) return { status: 'stopped', step: taken, seconds: seconds() };
    throw error;
  }

  function semiSupervised(head: HeadTraining, step: number): ReturnType<HeadTraining['semiSupervised']> {
    if ((step - supervisedSteps) % perEpoch === 0) head.shareOut(settings.quota);
    const [epoch, epochs] = curriculumTime({ ...settings, curriculumFrom: 'unlabelled' }, Math.floor(step / perEpoch));
    return head.semiSupervised(step - supervisedSteps, steps - supervisedSteps, epoch, epochs);
  }
}

function numbers(from: number, to: number): Set<number> {
  return new Set(Array.from({ length: to - from }, (_, i) => from + i));
}
