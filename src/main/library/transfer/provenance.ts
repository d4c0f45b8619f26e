import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeConfidence } from '@shared/run';
import type { Subset } from '@shared/subsets';
import { type Palette, writePng } from '../../media/png';
import type { Entries } from '../formats/base/format';
import { SOURCE_CODE } from '../labels/history';
import { unpackWords } from '../labels/words';
import type { OpenProject } from '../project/open-project';
import type { FoundImage } from '../queries/image-rows';
import { spansOf } from '../review/regions';
import { type ExportedMask, PSEUDO_LABEL, type Refinement } from './mask-content';

/** What lies beside every export: where each pixel's class came from, image by image; and, where it is asked for, maps of it. */
const FILE = 'provenance.jsonl';
const FOLDER = 'provenance';
export const BESIDE = { folders: [FOLDER], files: [FILE] } as const satisfies Entries;

/** Greys of the maps of sources. */
const CODES = { none: 0, ...SOURCE_CODE, pseudoLabel: PSEUDO_LABEL } as const;
/** None black, human green, accepted blue, imported yellow, pseudo-labels red. */
const COLOURS: Palette = Uint8Array.of(0, 0, 0, 38, 166, 91, 52, 120, 246, 240, 190, 40, 220, 60, 60);

/** The record of an export while it is written: JSON lines, the first of the export and one for each image, so that a million need no memory. */
export class Provenance {
  private constructor(
    private readonly project: OpenProject,
    private readonly folder: string,
    private readonly file: FileHandle,
    private readonly maps: boolean,
  ) {}

  /**
   * @param folder of the export that is written
   * @param maps whether there are maps too: `provenance/sources`, greys by {@link CODES}, and `provenance/probability`, 16 bits
   */
  static async begin(
    project: OpenProject,
    folder: string,
    about: object,
    refinement: Refinement | null,
    maps: boolean,
  ): Promise<Provenance> {
    const pseudoLabels = refinement && {
      run: refinement.run.id,
      // What counts: all that is predicted, or where the score s = p̃ · d^β reaches γ.
      ...(refinement.all ? { all: true } : { gamma: refinement.gamma, beta: refinement.beta ?? 0 }),
    };
    const head = { by: 'Espalier', version: 1, ...about, writtenAt: new Date().toISOString(), sources: CODES, pseudoLabels };
    if (maps) await mkdir(join(folder, FOLDER));
    const file = await open(join(folder, FILE), 'w');
    await file.write(`${JSON.stringify(head)}\n`);
    return new Provenance(project, folder, file, maps);
  }

  /**
   * @param name that the image's mask has
   * @param counts as of `countSources`
   */
  async add(
    image: FoundImage,
    name: string,
    subset: Subset | null,
    { sources, probability }: ExportedMask,
    counts: Uint32Array,
  ): Promise<void> {
    const pixels = Object.fromEntries(Object.entries(CODES).map(([source, code]) => [source, counts[code]!]));
    const acceptedFrom = pixels['accepted']! > 0 ? this.#acceptedFrom(image.id, sources) : [];
    const line = JSON.stringify({ image: image.path, subset, width: image.width, height: image.height, pixels, acceptedFrom });
    await this.file.write(`${line}\n`);
    if (this.maps) await this.#writeMaps(image, name, sources, probability);
  }

  async end(): Promise<void> {
    await this.file.sync();
  }

  /** After the end, or instead of it. */
  async close(): Promise<void> {
    await this.file.close();
  }

  /** From which runs a person accepted how many of the pixels; null: it is not known, as of what was taken over from a preview. */
  #acceptedFrom(imageId: number, sources: Uint8Array): { run: string | null; pixels: number }[] {
    const runs: (string | null)[] = [null];
    const from = new Uint16Array(sources.length);
    for (const { kind, run_id, region } of this.project.queries.decisions.inForce(imageId)) {
      if (kind !== 'accept') continue;
      if (!runs.includes(run_id)) runs.push(run_id);
      const index = runs.indexOf(run_id);
      for (const { start, length } of spansOf(unpackWords(region, sources.length))) from.fill(index, start, start + length);
    }
    const counts = new Uint32Array(runs.length);
    sources.forEach((code, i) => (counts[from[i]!]! += code === SOURCE_CODE.accepted ? 1 : 0));
    return runs.map((run, index) => ({ run, pixels: counts[index]! })).filter(({ pixels }) => pixels > 0);
  }

  async #writeMaps({ width, height }: FoundImage, name: string, sources: Uint8Array, probability: Uint8Array | null): Promise<void> {
    const write = async (kind: string, image: Parameters<typeof writePng>[1], palette?: Palette): Promise<void> => {
      const file = join(this.folder, FOLDER, kind, `${name}.png`);
      await mkdir(dirname(file), { recursive: true });
      await writePng(file, image, palette);
    };
    await write('sources', { kind: 'indexed', width, height, data: sources }, COLOURS);
    if (probability === null) return;
    const data = new Uint8Array(2 * probability.length);
    probability.forEach((stored, i) => {
      const value = Math.round(65535 * decodeConfidence(stored));
      [data[2 * i], data[2 * i + 1]] = [value >> 8, value & 255];
    });
    await write('probability', { kind: 'grey16', width, height, data });
  }
}
