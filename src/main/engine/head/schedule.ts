import { curriculumTime, supervisedEpochs, type TrainSettings } from '@shared/settings';
import { curriculumBeta } from '../core/curriculum';

/** The steps of a head: first on labels alone, then with unlabelled pixels beside them. */
export class HeadSchedule {
  /** Steps on labels alone, and steps in all. */
  readonly supervised: number;
  readonly steps: number;
  readonly epochs: number;

  /**
   * @param perEpoch steps of an epoch
   * @param unlabelled whether there are unlabelled pixels to learn from; else all steps are on labels alone
   */
  constructor(
    private readonly settings: TrainSettings,
    readonly perEpoch: number,
    unlabelled: boolean,
  ) {
    this.epochs = settings.epochs;
    this.steps = settings.epochs * perEpoch;
    this.supervised = unlabelled ? supervisedEpochs(settings) * perEpoch : this.steps;
  }

  /** Whether a step, counted from 1, is on labels alone. */
  kindOf(step: number): 'supervised' | 'beside' {
    return step <= this.supervised ? 'supervised' : 'beside';
  }

  /** β at a step, from 0; null where there are labels alone. */
  beta(step: number): number | null {
    const { settings } = this;
    if (step < this.supervised) return null;
    if (!settings.curriculum) return settings.betaMax;
    return curriculumBeta(settings, ...curriculumTime(settings, Math.floor(step / this.perEpoch)));
  }
}
