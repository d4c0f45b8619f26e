import type { EpochReport } from '@shared/domain';
import type { RunInputs } from '@shared/run';
import { keepBest } from '../checkpoint/best';
import { writeCheckpoint } from '../checkpoint/checkpoint';
import { stateSpecs } from '../checkpoint/state';
import type { FittedConfidence } from '../core/fitted-confidence';
import { literalScale } from '../core/score-scale';
import type { PixelNetwork } from '../model/create';
import type { VariableValues } from '../model/initial';
import type { Basis } from './basis';
import type { HeadTraining } from './head-training';
import { stateReader, unfolded, withPrior } from './head-values';

/** Keeps the state of a head's training as the whole network that it makes of a backbone. */
export class HeadCheckpoint {
  /**
   * @param backbone values of the network's variables, the backbone's among them
   * @param viewScale that images are looked at in
   * @param confidence fitted on held-out pixels; null: not
   * @param seconds tells how long the run has taken
   */
  constructor(
    private readonly runFolder: string,
    private readonly inputs: RunInputs,
    private readonly network: PixelNetwork,
    private readonly backbone: VariableValues,
    private readonly basis: Basis,
    private readonly viewScale: number,
    private readonly confidence: FittedConfidence | null,
    private readonly seconds: () => number,
  ) {}

  /**
   * @param shift what is added to the logits
   * @param report of the epoch that has ended
   * @param onNote hears that the best networks kept before are damaged
   * @throws EspalierError DISK_FULL, TRAIN_NAN
   */
  async write(
    head: HeadTraining,
    shift: Float64Array,
    { epoch, step, metrics: { studentMiou, teacherMiou } }: EpochReport,
    onNote: (sentence: string) => void,
  ): Promise<void> {
    const { runFolder, inputs, network } = this;
    const { settings, classes } = inputs;
    const of = (role: 'student' | 'teacher'): Map<string, Float32Array> => withPrior(unfolded(network, head.read(role), this.basis), shift);
    const session = { read: stateReader(this.backbone, { student: of('student'), teacher: of('teacher') }) };
    const specs = stateSpecs(network, settings.scope, ['student', 'teacher']);
    if (studentMiou !== undefined && teacherMiou !== undefined)
      await keepBest(runFolder, inputs, epoch, { student: studentMiou, teacher: teacherMiou }, specs, session, onNote);
    const about = {
      settings,
      classes: classes.map(({ id }) => id),
      step,
      seconds: this.seconds(),
      ratio: null,
      scale: literalScale(classes.length),
      viewScale: this.viewScale,
      confidence: this.confidence,
      sums: {},
    };
    await writeCheckpoint(runFolder, about, specs, session);
  }
}
