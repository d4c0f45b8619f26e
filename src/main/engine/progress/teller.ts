import type { TrainTelling } from '@shared/protocol';
import type { RunNews } from '@shared/run-news';

/** Tells how a training goes. What is not told anew is as it was told last; news, work done and the loss are of the moment. */
export class Teller {
  #last: TrainTelling;

  /** @param first what the training does before it has told anything */
  constructor(
    private readonly progress: (telling: TrainTelling) => void,
    first: Pick<TrainTelling, 'phase' | 'epoch' | 'epochs' | 'step' | 'steps' | 'viewScale'>,
  ) {
    this.#last = { ...first, loss: null, news: [], work: null, left: {} };
  }

  tell(change: Partial<TrainTelling>): void {
    this.#last = { ...this.#last, loss: null, news: [], work: null, ...change };
    this.progress(this.#last);
  }

  /** Tells something beside what goes on. */
  news(news: RunNews): void {
    this.tell({ news: [news], loss: null });
  }
}
