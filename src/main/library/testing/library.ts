import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { LabelSource } from '@shared/domain';
import { decodeRle, diffOf } from '@shared/mask';
import type { MethodName, ParamsOf, ResultOf } from '@shared/protocol';
import { Peer, serve, type CallOptions } from '@shared/rpc';
import { portPair } from '../../../testing/ports';
import { createLibrary } from '../library';

/** The thread that reads, as it is in the sources: it needs nothing of ours. */
export const READER = join(__dirname, '..', 'reader', 'thread.mjs');

/** For tests: a temporary folder with pictures in it, and a library in this process behind a real port. */
export class TestLibrary {
  readonly #peer = connect();

  private constructor(readonly folder: string) {}

  /** @param sizes width and height of each picture, by path */
  static async create(sizes: Readonly<Record<string, readonly [number, number]>> = {}): Promise<TestLibrary> {
    const test = new TestLibrary(await mkdtemp(join(tmpdir(), 'espalier-')));
    for (const [path, [width, height]] of Object.entries(sizes)) await test.picture(path, width, height);
    return test;
  }

  /** A folder with pictures, opened as a new project of classes a, b and c; image 1 is the first, and so on. */
  static async project(sizes: Readonly<Record<string, readonly [number, number]>>): Promise<TestLibrary> {
    const test = await TestLibrary.create();
    for (const [path, [width, height]] of Object.entries(sizes)) {
      await test.picture(path, width, height);
      await test.open(['a', 'b', 'c']);
      await test.call('project.index', null);
    }
    return test;
  }

  call<M extends MethodName>(method: M, params: ParamsOf<M>, options: CallOptions = {}): Promise<ResultOf<M>> {
    return this.#peer.call(method, params, options);
  }

  /** Opens the folder; with class names, as a new project. */
  open(classes: readonly string[] | null = null) {
    const create = classes && { classes: classes.map((name) => ({ name, color: '' })) };
    return this.call('project.open', { folder: this.folder, create });
  }

  async picture(path: string, width: number, height: number): Promise<void> {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => Math.imul(i + width, 2654435761) >>> 24);
    await this.write(
      path,
      await sharp(data, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer(),
    );
  }

  async write(path: string, content: Uint8Array | string): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), content);
  }

  /** Names of all images, in a list's order. */
  async names(query: Partial<ParamsOf<'images.list'>['query']> = {}): Promise<string[]> {
    return (await this.images(query)).map(({ path }) => path);
  }

  async images(query: Partial<ParamsOf<'images.list'>['query']> = {}) {
    const whole = { filter: 'all', sort: 'name', search: '', runId: null, ...query } as const;
    return (await this.call('images.list', { query: whole, offset: 0, limit: 1000 })).items;
  }

  async id(path: string): Promise<number> {
    return (await this.#image(path)).id;
  }

  async #image(path: string) {
    return (await this.images()).find((image) => image.path === path)!;
  }

  /** The class ids of an image. */
  async map(path: string): Promise<Uint8Array> {
    const { id, width, height } = await this.#image(path);
    return decodeRle((await this.call('labels.read', { imageId: id })).rle, width * height);
  }

  /** Makes an image's class ids these, by one edit. */
  async paint(path: string, map: Uint8Array, source: LabelSource = 'human'): Promise<void> {
    const imageId = await this.id(path);
    const { revision } = await this.call('labels.read', { imageId });
    await this.call('labels.apply', { imageId, revision, tool: 'brush', source, diff: diffOf(await this.map(path), map) });
  }

  async remove(): Promise<void> {
    await this.call('project.close', null);
    await rm(this.folder, { recursive: true });
  }
}

/** A peer whose other end is a library of its own; messages are cloned, as between processes. */
function connect(): Peer {
  const [near, far] = portPair(setImmediate);
  new Peer(far, serve(createLibrary(READER)));
  return new Peer(near);
}
