import { Worker } from 'node:worker_threads';
import { z } from 'zod';

/** Named parameters of a question. */
export type Params = Readonly<Record<string, string | number | null>>;

/** Asks the database; the rows are as `Row` says because the question in SQL does. */
export type Read = <Row>(sql: string, params?: Params) => Promise<Row[]>;

/** Asks for the number `n` of the first row; 0 where there is none. */
export const numberBy =
  (read: Read) =>
  async (sql: string, params: Params = {}): Promise<number> =>
    Number((await read<{ n: number | null }>(sql, params))[0]?.n ?? 0);

const Answer = z.union([
  z.object({ id: z.number(), rows: z.array(z.unknown()) }),
  z.object({ id: z.number(), failure: z.object({ code: z.string(), message: z.string() }) }),
]);

interface Pending {
  readonly resolve: (rows: unknown[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Reads a database by a connection and a thread of its own: what takes long to find never makes a gesture wait to be saved. It sees
 * everything that was committed when it is asked.
 */
export class Reader {
  #thread: Worker | null = null;
  #next = 1;
  readonly #pending = new Map<number, Pending>();
  #closed = false;

  /** @param threadFile the program of the thread, `thread.mjs` */
  constructor(
    private readonly database: string,
    private readonly threadFile: string,
  ) {}

  readonly all: Read = <Row>(sql: string, params: Params = {}): Promise<Row[]> => {
    if (this.#closed) return Promise.reject(new Error('the database is closed'));
    const id = this.#next++;
    return new Promise<Row[]>((resolve, reject) => {
      this.#pending.set(id, { resolve: (rows) => resolve(rows as Row[]), reject });
      this.#started().postMessage({ id, sql, params });
    });
  };

  /** Fulfilled when the connection is closed; questions under way fail. */
  async close(): Promise<void> {
    this.#closed = true;
    const thread = this.#thread;
    this.#fail(new Error('the database was closed'));
    await thread?.terminate();
  }

  #started(): Worker {
    if (this.#thread) return this.#thread;
    const thread = new Worker(this.threadFile, { workerData: this.database });
    this.#thread = thread;
    thread.on('message', (raw: unknown) => {
      const answer = Answer.parse(raw);
      const pending = this.#pending.get(answer.id);
      this.#pending.delete(answer.id);
      if ('rows' in answer) pending?.resolve(answer.rows);
      else pending?.reject(Object.assign(new Error(answer.failure.message), { code: answer.failure.code }));
    });
    // The next question starts another thread.
    thread.on('error', (error) => this.#thread === thread && this.#fail(error instanceof Error ? error : new Error(String(error))));
    thread.on('exit', () => this.#thread === thread && this.#fail(new Error('the thread that reads the database ended')));
    return thread;
  }

  #fail(error: Error): void {
    this.#thread = null;
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}
