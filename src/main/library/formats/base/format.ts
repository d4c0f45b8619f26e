import type { z } from 'zod';
import type { numbered } from '@shared/class-set';
import type { LabelClass } from '@shared/domain';
import type { Subset } from '@shared/subsets';
import { chosenOptions } from './options';

/** What an export in a format keeps of labels; what it does not hold is lost on the way. */
export interface Holds {
  /** Classes at most. */
  readonly classes: number;
  /** Regions with holes. */
  readonly holes: boolean;
  /** Classes of several parts that do not touch. */
  readonly parts: boolean;
  /** Which pixels nobody has said anything of. */
  readonly unlabelled: boolean;
}

/**
 * A way in which labels lie in files. One file (or folder) beside this one says all there is to it; `registry.ts` lists them, and window and
 * terminal show what is listed.
 */
export interface Format {
  /** Its name in the terminal. */
  readonly id: string;
  readonly name: string;
  /** One sentence or two: what the files are. */
  readonly about: string;
  readonly holds: Holds;
  /** Null: it is only read. */
  readonly write: Writing | null;
  /** Null: it is only written. */
  readonly read: Reading | null;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What the numbers in label maps that were read mean. */
export interface ClassList {
  /** Where it says so. */
  readonly file: string;
  readonly classes: ReturnType<typeof numbered>;
}

/** What a format has of one image. */
export interface Piece {
  /** As it is told to a person: the file, or the image's name in it. */
  readonly name: string;
  /** Names that its image may have, with or without extension; the first that any image has counts. */
  readonly imageNames: readonly string[];
  /**
   * The number of each pixel, 255 where it has none.
   * @param image the size of its image
   * @throws EspalierError IMPORT_SIZE, IMPORT_UNREADABLE
   */
  read(image: Size): Promise<Uint8Array>;
}

/** A grey or a colour that occurs, how often, and the class it stands for; `name` null: it is not said. */
export interface FoundValue {
  readonly value: string;
  readonly pixels: number;
  readonly name: string | null;
}

/** Labels as they lie in a folder. */
export interface Source {
  /** Null: the numbers are those of the project. */
  readonly classes: ClassList | null;
  readonly pieces: readonly Piece[];
  /** What cannot be of any image; `reason` as in "name (reason)". */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  /** What occurs in the first of the files, for formats whose values may stand for anything. */
  values?(): Promise<FoundValue[]>;
  /** The project's class of pixels without a number; null: they are left as they are. */
  readonly rest?: number | null;
  /**
   * The project's class of each number, asked for when it is known which numbers occur; null: `classes` says it, or they are the same.
   * @throws EspalierError when it must be said by the user
   */
  meaning?(used: ReadonlySet<number>): Uint8Array | null;
}

export interface Reading {
  readonly options: z.ZodObject;
  /** Whether a folder looks like this format: from a few of its names and the beginning of a file, never from all of them. */
  recognise(folder: string): Promise<boolean>;
  /** @throws EspalierError IMPORT_*, CLASS_LIST_INVALID */
  open(folder: string, options: unknown, signal: AbortSignal): Promise<Source>;
}

/** Names of folders and of files, right in the chosen folder. */
export interface Entries {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** Label map of an image that is exported; 255 = nothing. */
export interface Picture extends Size {
  /** Of the image inside its folder, with its extension. */
  readonly path: string;
  /** Shortest that finds the image again; no two images have the same. Folders are parted by slashes. */
  readonly name: string;
  /** Null: the image is in none. */
  readonly subset: Subset | null;
  readonly data: Uint8Array;
}

/** Writes label maps into a new folder, one after the other. */
export interface Writer {
  /** Pictures that may be added while earlier ones are being written; left out: none, they come one after the other. */
  readonly beside?: number;
  add(picture: Picture): Promise<void>;
  /** After the last one. */
  end(): Promise<void>;
}

export interface Writing {
  readonly options: z.ZodObject;
  /** What an export consists of, all of it made by every export. */
  readonly entries: Entries;
  begin(folder: string, classes: readonly LabelClass[], options: unknown): Promise<Writer>;
}

/** A `Reading` whose `open` gets its options as their schema says they are. */
export function reading<S extends z.ZodObject>(
  spec: Omit<Reading, 'options' | 'open'> & {
    readonly options: S;
    open(folder: string, options: z.output<S>, signal: AbortSignal): Promise<Source>;
  },
): Reading {
  return { ...spec, open: async (folder, options, signal) => spec.open(folder, chosenOptions(spec.options, options), signal) };
}

/** A `Writing` whose `begin` gets its options as their schema says they are. */
export function writing<S extends z.ZodObject>(
  spec: Omit<Writing, 'options' | 'begin'> & {
    readonly options: S;
    begin(folder: string, classes: readonly LabelClass[], options: z.output<S>): Promise<Writer>;
  },
): Writing {
  return { ...spec, begin: async (folder, classes, options) => spec.begin(folder, classes, chosenOptions(spec.options, options)) };
}
