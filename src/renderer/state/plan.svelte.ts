import { whyNotFrom } from '@shared/continuing';
import type { RunRecord } from '@shared/domain';
import { messageOf, toEspalierError } from '@shared/errors';
import { settingsFrom, type Preset, type TrainSettings } from '@shared/settings';

type Overrides = Readonly<Partial<TrainSettings>>;

/** The settings of the next run: a preset, what the user changed of it, and the run that it begins from. */
export class Plan {
  preset = $state<Preset>('quick');
  /** `from` is among them where the user chose a run, or none. */
  overrides = $state.raw<Overrides>({});
  /** Runs that it can begin from, the newest first. */
  readonly beginnings = $derived.by(() => {
    const { settings } = this.#fromScratch;
    return settings ? this.runs().filter((run) => whyNotFrom(settings, run) === null) : [];
  });
  readonly #fromScratch = $derived.by(() => this.#read({ ...this.overrides, from: null }));
  readonly #whole = $derived.by(() => {
    const { from = this.beginnings[0]?.id ?? null } = this.overrides;
    if (from !== null && !this.beginnings.some(({ id }) => id === from)) return { settings: null, problem: this.#whyNot(from) };
    return this.#read({ ...this.overrides, from });
  });

  /** @param runs those of the project, the newest first */
  constructor(private readonly runs: () => readonly RunRecord[]) {}

  /** Null while a value is out of its range; `problem` says which. */
  get settings(): TrainSettings | null {
    return this.#whole.settings;
  }

  /** The same from scratch. */
  get scratch(): TrainSettings | null {
    return this.#fromScratch.settings;
  }

  get problem(): string | null {
    return this.#whole.problem;
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

  #read(overrides: Overrides): { settings: TrainSettings | null; problem: string | null } {
    try {
      return { settings: settingsFrom(this.preset, overrides), problem: null };
    } catch (thrown) {
      return { settings: null, problem: toEspalierError(thrown).message };
    }
  }

  /** Why a run that was chosen is none to begin from; or what is wrong with the settings by themselves. */
  #whyNot(from: string): string {
    const { settings, problem } = this.#fromScratch;
    const run = this.runs().find(({ id }) => id === from);
    const reason = settings && run && whyNotFrom(settings, run);
    return problem ?? messageOf(reason ? 'TRAIN_FROM' : 'RUN_UNKNOWN', { run: from, reason: reason ?? '' });
  }
}
