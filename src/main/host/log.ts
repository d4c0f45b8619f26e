import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { EspalierError } from '@shared/errors';

const LIMIT_BYTES = 1_000_000;
const KEPT_FILES = 3;

/** A log file that rotates: `espalier.log`, then `.1`, `.2`; at most about 3 MB in all. */
export class Log {
  readonly file: string;
  #size: number;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, 'espalier.log');
    this.#size = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Never throws: a log that cannot be written must not stop the work it speaks of. */
  write(message: string): void {
    const line = `${new Date().toISOString()} ${message}\n`;
    try {
      if (this.#size + line.length > LIMIT_BYTES) this.#rotate();
      appendFileSync(this.file, line);
      this.#size += line.length;
    } catch (error) {
      process.stderr.write(`espalier: the log could not be written: ${String(error)}\n${line}`);
    }
  }

  error(error: EspalierError): void {
    const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : error.cause;
    this.write(`${error.code} ${error.message}${cause ? `\n${String(cause)}` : ''}`);
  }

  #rotate(): void {
    rmSync(`${this.file}.${KEPT_FILES - 1}`, { force: true });
    for (let i = KEPT_FILES - 2; i >= 1; i--) {
      if (statSync(`${this.file}.${i}`, { throwIfNoEntry: false })) renameSync(`${this.file}.${i}`, `${this.file}.${i + 1}`);
    }
    renameSync(this.file, `${this.file}.1`);
    this.#size = 0;
  }
}
