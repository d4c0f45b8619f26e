import type { RunNews } from '@shared/run-news';
import type { RunChange } from './training-listener';

/** What is told at most so often, milliseconds. */
const NOTICE_MS = 1000;

const CHANGES: Readonly<Record<RunNews['kind'], RunChange>> = {
  epoch: 'runs',
  note: 'runs',
  prediction: 'predictions',
  leftOut: 'images',
};

/** Tells what news have changed in the project, now and then, and in the end. */
export class Notices {
  readonly #changed = new Set<RunChange>();
  #last = 0;

  constructor(private readonly tell: (what: RunChange) => void) {}

  /** News are on disk. */
  add(news: readonly RunNews[]): void {
    for (const { kind } of news) this.#changed.add(CHANGES[kind]);
    if (Date.now() - this.#last >= NOTICE_MS) this.flush();
  }

  flush(): void {
    this.#last = Date.now();
    for (const what of this.#changed) this.tell(what);
    this.#changed.clear();
  }
}
