import { isMeasured, needsRun, type ImageQuery, type ImageRecord } from '@shared/domain';
import type { ListPlace } from '@shared/protocol';
import { ChangesMeanwhile } from './changes-meanwhile';
import { PageCache } from './page-cache';
import type { ProjectCalls } from './project-calls';

const PAGE = 200;
const PAGES_KEPT = 50;

/** One ordered choice of the project's images, fetched by pages as it is looked at. Holds for a million rows. */
export class ImageList {
  query = $state.raw<ImageQuery>({ filter: 'all', sort: 'name', search: '', runId: null });
  total = $state(0);
  /** The first answer to the present query is here. */
  loaded = $state(false);
  readonly #pages = new PageCache<ImageRecord>(PAGE, PAGES_KEPT);
  /** Where the pages read so far end: what comes after them is found from there. */
  #ends: Partial<Record<number, ListPlace>> = {};
  #fetching: Partial<Record<number, Promise<void>>> = {};
  /** Counts what arrived, so that whoever read a row is told. */
  #arrived = $state(0);
  readonly #meanwhile = new ChangesMeanwhile<ImageRecord>();
  /** Answers to an earlier query are dropped. */
  #generation = 0;

  constructor(
    private readonly calls: ProjectCalls,
    private readonly onError: (thrown: unknown) => void,
  ) {}

  at(index: number): ImageRecord | undefined {
    return this.#arrived >= 0 ? this.#pages.get(index) : undefined;
  }

  /** Fetches what is missing of rows first … end − 1. */
  need(first: number, end: number): void {
    for (const page of this.#pages.missing(first, Math.min(end, Math.max(this.total, 1)))) void this.#load(page);
  }

  /** The row at an index, fetched when it is not here; undefined beyond the end. */
  async fetch(index: number): Promise<ImageRecord | undefined> {
    if (!this.#pages.get(index)) await this.#load(this.#pages.pageOf(index));
    return this.#pages.get(index);
  }

  async choose(change: Partial<ImageQuery>): Promise<void> {
    this.query = { ...this.query, ...change };
    await this.reload();
  }

  /** Shows marks and shares of another run. What only that run, any run, or one that prunes, can tell is not chosen any more without it. */
  async lookAt(runId: string | null, pruned: boolean): Promise<void> {
    const { filter, sort, search } = this.query;
    const gone = (choice: ImageQuery['filter'] | ImageQuery['sort']): boolean =>
      isMeasured(choice) || (runId === null ? needsRun(choice) : choice === 'rare');
    this.query = {
      filter: gone(filter) ? 'all' : filter,
      sort: gone(sort) ? (runId === null ? 'name' : 'lowConfidence') : sort === 'doubted' && !pruned ? 'lowConfidence' : sort,
      search,
      runId,
    };
    if (this.loaded) await this.reload();
  }

  /** Forgets all rows and reads the first again. */
  async reload(): Promise<void> {
    this.#generation++;
    this.#pages.clear();
    this.#ends = {};
    this.#fetching = {};
    this.#arrived++;
    await this.#load(0);
  }

  /** Takes in rows added at the end since: for following an index while it grows. */
  async grow(): Promise<void> {
    await this.#load(this.#pages.pageOf(this.total));
  }

  clear(): void {
    this.#generation++;
    this.#pages.clear();
    this.#ends = {};
    this.#fetching = {};
    this.total = 0;
    this.loaded = false;
    this.#arrived++;
  }

  async position(id: number): Promise<number | null> {
    return this.calls.call('images.position', { id, query: this.query });
  }

  /** Shows a changed record where it stands; the order stays until the list is read again. */
  patch(record: ImageRecord): void {
    this.#meanwhile.note(record);
    this.#pages.update((row) => (row.id === record.id ? record : row));
    this.#arrived++;
  }

  #load(page: number): Promise<void> {
    const under = this.#fetching[page];
    if (under) return under;
    const generation = this.#generation;
    const load = async (): Promise<void> => {
      try {
        const before = Object.keys(this.#ends)
          .map(Number)
          .findLast((other) => other < page);
        const range = { offset: page * PAGE, limit: PAGE, after: before === undefined ? undefined : this.#ends[before] };
        const { answer, rows } = await this.#meanwhile.during(
          () => this.calls.call('images.list', { query: this.query, ...range }),
          ({ items }) => items,
        );
        if (generation !== this.#generation) return;
        if (answer.last) this.#ends[page] = answer.last;
        this.total = answer.total;
        this.#pages.put(page, rows);
        this.loaded = true;
        this.#arrived++;
      } catch (thrown) {
        if (generation === this.#generation) this.onError(thrown);
      } finally {
        if (generation === this.#generation) this.#fetching[page] = undefined;
      }
    };
    const loading = load();
    this.#fetching[page] = loading;
    return loading;
  }
}
