import type { ImageProgress } from '@shared/protocol';
import type { RunNews } from '@shared/run-news';
import type { CommandContext } from './command';

/** Hears what the engine tells while a run's networks look at images, shows what was left out, and keeps it in the run's record. */
export class ImagesTold {
  readonly #news: RunNews[] = [];
  readonly #leftOut = new Set<number>();

  constructor(
    private readonly context: Pick<CommandContext, 'project' | 'output'>,
    private readonly runId: string,
    /** What is being done, for its progress. */
    private readonly doing: string,
  ) {}

  readonly onProgress = ({ done, total, secondsLeft, news }: ImageProgress): void => {
    this.context.output.items(this.doing, done, total, secondsLeft);
    for (const each of news) this.#hear(each);
  };

  /** Records what was told, which marks the images as problems of the project. Returns how many were left out. */
  async keep(): Promise<number> {
    if (this.#news.length > 0) await this.context.project.library.call('runs.record', { runId: this.runId, news: this.#news.splice(0) });
    return this.#leftOut.size;
  }

  #hear(news: RunNews): void {
    const { output } = this.context;
    this.#news.push(news);
    if (news.kind === 'note') output.progress({ run: this.runId, note: news.sentence }, news.sentence);
    if (news.kind !== 'leftOut' || this.#leftOut.has(news.imageId)) return;
    this.#leftOut.add(news.imageId);
    output.progress({ leftOut: news.name, reason: news.reason }, `left out: ${news.name} (${news.reason})`);
  }
}
