import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const KEPT = 10;
const Recent = z.array(z.string()).max(100);

/** The folders of the projects opened last, the newest first. A damaged list is an empty one. */
export class RecentProjects {
  constructor(private readonly file: string) {}

  list(): string[] {
    try {
      return Recent.parse(JSON.parse(readFileSync(this.file, 'utf8')));
    } catch {
      return [];
    }
  }

  add(folder: string): void {
    const list = [folder, ...this.list().filter((other) => other !== folder)].slice(0, KEPT);
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(`${this.file}.part`, JSON.stringify(list));
    renameSync(`${this.file}.part`, this.file);
  }
}
