import { toEspalierError, type EspalierError } from '@shared/errors';
import { Emitter } from './emitter';

/** What the status bar says: all is on disk; being written; or not written yet, why, and that it is tried again. */
export type SaveState =
  | { readonly kind: 'saved' }
  | { readonly kind: 'saving'; readonly pending: number }
  | { readonly kind: 'failed'; readonly pending: number; readonly error: EspalierError };

/** Waits before trying again, milliseconds; the last one repeats. */
const PAUSES = [500, 1000, 2000, 5000] as const;

export type Wait = (milliseconds: number) => Promise<void>;
export const waitFor: Wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Performs steps one after the other, each until it succeeds. Nothing is ever dropped from here. */
export class SaveQueue<Step> {
  readonly changed = new Emitter();
  #steps: Step[] = [];
  #running = false;
  #failures = 0;
  #error: EspalierError | null = null;
  #wake: (() => void) | null = null;
  #idle: (() => void)[] = [];
  #settled: (() => void)[] = [];

  constructor(
    private readonly perform: (step: Step) => Promise<void>,
    private readonly wait: Wait = waitFor,
  ) {}

  get steps(): readonly Step[] {
    return this.#steps;
  }

  get state(): SaveState {
    const pending = this.#steps.length;
    if (this.#error) return { kind: 'failed', pending, error: this.#error };
    return pending > 0 ? { kind: 'saving', pending } : { kind: 'saved' };
  }

  push(step: Step): void {
    this.#steps.push(step);
    this.changed.emit();
    void this.#run();
  }

  /** Takes all steps out, also the one being performed, for `perform` to put others in their place. */
  clear(): readonly Step[] {
    const steps = this.#steps;
    this.#steps = [];
    return steps;
  }

  /** Gives up what is not written yet. */
  discard(): void {
    this.#steps = [];
    this.#error = null;
    this.#wake?.();
    this.changed.emit();
  }

  /** Tries a failed step again now. */
  retry(): void {
    this.#wake?.();
  }

  /** Fulfilled when everything is on disk. */
  flushed(): Promise<void> {
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Fulfilled when everything is on disk, or cannot be written now. */
  settled(): Promise<void> {
    if (!this.#running || this.#error) return Promise.resolve();
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let step = this.#steps[0]; step !== undefined; step = this.#steps[0]) {
      try {
        await this.perform(step);
        if (this.#steps[0] === step) this.#steps.shift();
        this.#failures = 0;
        this.#error = null;
        this.changed.emit();
      } catch (thrown) {
        if (this.#steps[0] !== step) continue;
        this.#error = toEspalierError(thrown);
        this.changed.emit();
        for (const resolve of this.#settled.splice(0)) resolve();
        await this.#pause();
      }
    }
    this.#running = false;
    for (const resolve of [...this.#idle.splice(0), ...this.#settled.splice(0)]) resolve();
  }

  async #pause(): Promise<void> {
    const pause = PAUSES[Math.min(this.#failures++, PAUSES.length - 1)]!;
    await Promise.race([this.wait(pause), new Promise<void>((resolve) => (this.#wake = resolve))]);
    this.#wake = null;
  }
}
