import type { EpochReport } from '@shared/domain';
import type { TrainSettings } from '@shared/settings';
import type { Verdict } from '@shared/verdict';
import { meanIou } from '../core/metrics/iou';
import { hear } from '../process/hear';
import { EpochSums } from '../progress/epoch-sums';
import { Answers, priorShift } from './answers';
import { vanishedText } from './class-shares';
import type { HeadCheckpoint } from './head-checkpoint';
import type { HeadProgress } from './head-progress';
import type { HeadTraining } from './head-training';
import type { HeadSchedule } from './schedule';
import type { PixelTable } from './table';

/** Trains the head that a run gives, with a report after each epoch and a checkpoint in the end. */
export class Fit {
  /** Steps taken. */
  step = 0;

  /**
   * @param names of the classes
   * @param measured pixels of held-out images, on which every epoch is measured and its networks are kept; null where there are none
   * @param verdict of the judge; null where there is none
   */
  constructor(
    private readonly names: readonly string[],
    private readonly settings: TrainSettings,
    private readonly schedule: HeadSchedule,
    private readonly measured: PixelTable | null,
    private readonly verdict: Verdict | null,
    private readonly progress: HeadProgress,
    private readonly checkpoint: HeadCheckpoint,
  ) {}

  /**
   * @param labelled pixels that the head learns from
   * @returns the last report
   */
  async train(head: HeadTraining, labelled: PixelTable, signal: AbortSignal): Promise<EpochReport> {
    const { perEpoch, supervised, steps } = this.schedule;
    const { verdict, measured, progress } = this;
    // Labelled pixels alone where the others do not help, or nothing can say that they do.
    const last = verdict?.chosen === 'unlabelled' ? steps : supervised;
    const shift = priorShift(labelled).map((each) => each * (verdict?.prior ?? 0));
    let sums = new EpochSums();
    let reported: EpochReport | null = null;
    while (this.step < last) {
      const outputs = head.step(verdict?.gamma ?? this.settings.gamma);
      const step = ++this.step;
      sums.add(outputs);
      const work = progress.fitted(step);
      sums.spend(work.seconds);
      const report = step % perEpoch === 0 ? this.#report(sums, head, step === last ? verdict : null) : null;
      progress.fit(step, last, outputs.loss![0]!, work, report ? [{ kind: 'epoch', report }] : []);
      if (report) {
        reported = report;
        sums = new EpochSums();
        if (step === last || measured) await this.checkpoint.write(head, shift, report, (sentence) => progress.note(sentence));
      }
      await hear(signal);
    }
    const vanished = head.pseudoShares && vanishedText(this.names, labelled.shares, head.pseudoShares);
    if (vanished) progress.note(vanished);
    return reported!;
  }

  #report(sums: EpochSums, head: HeadTraining, verdict: Verdict | null): EpochReport {
    const { schedule, measured, step } = this;
    const score = (network: 'student' | 'teacher'): number | null => {
      if (!measured) return null;
      const answers = new Answers(measured.classes);
      answers.add(head.ask(network, measured), measured, new Float64Array(measured.classes));
      return meanIou(answers.confusion(0));
    };
    return sums.report({
      epoch: step / schedule.perEpoch,
      step,
      metrics: {
        beta: schedule.beta(step - 1),
        learningRate: this.settings.lrHead,
        studentMiou: score('student'),
        teacherMiou: score('teacher'),
      },
      verdict,
    });
  }
}
