const MIB = 1 << 20;

/** Prints what set-up does: one line a step on standard error, rewritten in place on a terminal. */
export class Progress {
  #tty;
  #stream;
  #quiet;
  #label = '';
  #lastPrint = 0;

  /**
   * @param {{ stream?: NodeJS.WriteStream, quiet?: boolean }} [options] quiet keeps bars away; steps that take long are still named
   */
  constructor({ stream = process.stderr, quiet = false } = {}) {
    this.#stream = stream;
    this.#quiet = quiet;
    this.#tty = Boolean(stream.isTTY) && !quiet;
  }

  /** @param {string} label what is being provided now */
  begin(label) {
    this.#label = label;
    this.#lastPrint = Date.now();
    this.#stream.write(this.#tty ? `  ${label} …` : `  ${label} …\n`);
  }

  /**
   * @param {string} detail
   */
  update(detail) {
    const now = Date.now();
    const pause = this.#tty ? 100 : 10_000;
    if (this.#quiet || now - this.#lastPrint < pause) return;
    this.#lastPrint = now;
    this.#stream.write(this.#tty ? `\r\x1b[2K  ${this.#label} … ${detail}` : `    ${detail}\n`);
  }

  /**
   * @param {number} done bytes
   * @param {number} total bytes
   * @param {string} [what] the part that is worked on
   */
  bytes(done, total, what = '') {
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const bar = '█'.repeat(Math.round(share * 20)).padEnd(20, '░');
    this.update(`${bar} ${(Math.min(done, total) / MIB).toFixed(0)} of ${(total / MIB).toFixed(0)} MB ${what}`.trimEnd());
  }

  /** @param {string} [detail] */
  end(detail = 'done') {
    this.#stream.write(this.#tty ? `\r\x1b[2K  ${this.#label}: ${detail}\n` : `  ${this.#label}: ${detail}\n`);
  }

  /** @param {string} sentence something the user should know */
  note(sentence) {
    this.#stream.write(this.#tty ? `\r\x1b[2K  ${sentence}\n` : `  ${sentence}\n`);
  }
}
