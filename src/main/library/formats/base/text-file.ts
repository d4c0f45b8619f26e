import { open, type FileHandle } from 'node:fs/promises';

/** Characters that are gathered before they are written. */
const GATHERED = 1 << 20;

/** A text file that is written bit by bit; it lies in a folder that is put in place as a whole when all is written. */
export class TextFile {
  #waiting: string[] = [];
  #length = 0;

  private constructor(private readonly handle: FileHandle) {}

  static async create(file: string): Promise<TextFile> {
    return new TextFile(await open(file, 'wx'));
  }

  async write(text: string): Promise<void> {
    this.#waiting.push(text);
    this.#length += text.length;
    if (this.#length >= GATHERED) await this.#flush();
  }

  /** Writes what is left, makes sure that it is on disk, and closes the file. */
  async end(text = ''): Promise<void> {
    try {
      await this.write(text);
      await this.#flush();
      await this.handle.sync();
    } finally {
      await this.handle.close();
    }
  }

  async #flush(): Promise<void> {
    const text = this.#waiting.join('');
    this.#waiting = [];
    this.#length = 0;
    await this.handle.writeFile(text);
  }
}
