import type { EspalierError } from '@shared/errors';
import type { Warning } from '@shared/protocol';

/** What a command says: text for people, or one JSON object a line. Results go to stdout, progress and errors to stderr. */
export class Output {
  #lastProgress = 0;

  constructor(readonly json: boolean) {}

  /** A result; `line` is its text for people. */
  result(record: Readonly<Record<string, unknown>>, line: string): void {
    process.stdout.write(`${this.json ? JSON.stringify(record) : line}\n`);
  }

  /** Something people may want to watch; with --json an object on stdout, since programs want to watch too. */
  progress(record: Readonly<Record<string, unknown>>, line: string): void {
    if (this.json) process.stdout.write(`${JSON.stringify(record)}\n`);
    else process.stderr.write(`${line}\n`);
  }

  /** Progress of many small items, told at most once a second; seconds left where they are known. */
  items(what: string, done: number, total: number, secondsLeft: number | null = null): void {
    const now = Date.now();
    if (done < total && now - this.#lastProgress < 1000) return;
    this.#lastProgress = now;
    const left = secondsLeft === null ? '' : `, ${Math.round(secondsLeft)} s left`;
    this.progress({ progress: what, done, total, secondsLeft }, `${what}: ${done} of ${total}${left}`);
  }

  /** What the user is to know though all goes on. */
  warning({ code, sentence }: Warning): void {
    if (this.json) process.stdout.write(`${JSON.stringify({ warning: code, message: sentence })}\n`);
    else process.stderr.write(`espalier: ${sentence} [${code}]\n`);
  }

  error(error: EspalierError): void {
    if (this.json) process.stdout.write(`${JSON.stringify({ error: error.code, message: error.message, params: error.params })}\n`);
    process.stderr.write(`espalier: ${error.message} [${error.code}]\n`);
  }
}
