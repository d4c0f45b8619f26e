import { toEspalierError } from '@shared/errors';
import { settingsFrom, type Preset, type TrainSettings } from '@shared/settings';

type Overrides = Readonly<Partial<TrainSettings>>;

/** The settings of the next run: a preset, and what the user changed of it. */
export class Plan {
  preset = $state<Preset>('quick');
  overrides = $state.raw<Overrides>({});
  readonly #read = $derived.by((): { settings: TrainSettings | null; problem: string | null } => {
    try {
      return { settings: settingsFrom(this.preset, this.overrides), problem: null };
    } catch (thrown) {
      return { settings: null, problem: toEspalierError(thrown).message };
    }
  });

  /** Null while a value is out of its range; `problem` says which. */
  get settings(): TrainSettings | null {
    return this.#read.settings;
  }

  get problem(): string | null {
    return this.#read.problem;
  }

  /** The values to show in a form, valid or not. */
  get shown(): TrainSettings {
    return this.settings ?? { ...settingsFrom(this.preset), ...this.overrides };
  }

  /** Starts over from a preset; only the method chosen is kept. */
  choose(preset: Preset): void {
    this.preset = preset;
    const { method } = this.overrides;
    this.overrides = method ? { method } : {};
  }

  set<K extends keyof TrainSettings>(key: K, value: TrainSettings[K]): void {
    this.overrides = { ...this.overrides, [key]: value };
  }

  /** Back to the preset's value. */
  unset(key: keyof TrainSettings): void {
    const { [key]: dropped, ...rest } = this.overrides;
    void dropped;
    this.overrides = rest;
  }
}
