import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EspalierError } from '@shared/errors';
import type { ParamsOf, Progress } from '@shared/protocol';
import type { CallOptions } from '@shared/rpc';
import { BACKBONES, type Backbone } from '@shared/settings';
import { EMBEDDED_BACKBONE, type WeightsRecord } from '@shared/weights';
import { download, DownloadError, type Fetch, kept, partOf } from '../../net/download.mjs';
import { cacheFolder, downloadsFolder, weightsFile } from './cache';
import { readAbout } from './header';
import { BACKBONE_DESCRIPTIONS } from '../../engine/model/backbones';
import type { BackboneDescription, PublishedWeights } from '../../engine/model/backbones/description';
import { throttled } from './throttled';

export interface WeightsOptions {
  /** Checks a file against the backbone's network, converts it and puts it in place: the engine's work. */
  readonly install: (params: ParamsOf<'engine.installWeights'>) => Promise<unknown>;
  readonly fetch?: Fetch;
  readonly cache?: string;
  /** Weights that take the place of those described. */
  readonly weights?: Readonly<Partial<Record<Backbone, BackboneDescription['weights']>>>;
}

/** The pretrained weights of the backbones: which are there, and how they come and go. One piece of work a backbone at a time. */
export class WeightsManager {
  readonly #busy = new Set<Backbone>();
  readonly #cache: string;

  constructor(private readonly options: WeightsOptions) {
    this.#cache = options.cache ?? cacheFolder();
  }

  list(): Promise<WeightsRecord[]> {
    return Promise.all(BACKBONES.map((backbone) => this.#record(backbone)));
  }

  /**
   * Downloads what its authors publish, continuing an interrupted download, and installs it. Progress in bytes.
   * @throws EspalierError WEIGHTS_*, DISK_FULL, CANCELLED (what has come is kept)
   */
  async download(backbone: Backbone, { signal, onProgress }: CallOptions<Progress> = {}): Promise<WeightsRecord> {
    const published = this.#published(backbone);
    refuseEmbedded(backbone);
    if (!published) throw new EspalierError('WEIGHTS_IMPORT_ONLY', { backbone });
    return this.#alone(backbone, async () => {
      const file = this.#downloaded(published);
      const { url, sha256, source, licence } = published;
      try {
        await download({ url, sha256, file, signal, fetch: this.options.fetch, onProgress: onProgress && throttled(onProgress) });
      } catch (error) {
        throw error instanceof DownloadError ? failureOf(error, backbone, url) : error;
      }
      await this.options.install({ backbone, file, source, licence });
      await rm(file);
    });
  }

  /** @throws EspalierError FILE_UNREADABLE, WEIGHTS_*, DISK_FULL; what was installed before stays then */
  async import(backbone: Backbone, file: string): Promise<WeightsRecord> {
    refuseEmbedded(backbone);
    return this.#alone(backbone, () => this.options.install({ backbone, file, source: basename(file), licence: 'unknown' }));
  }

  /** Removes weights, and what an interrupted download left. */
  async remove(backbone: Backbone): Promise<WeightsRecord> {
    refuseEmbedded(backbone);
    return this.#alone(backbone, async () => {
      const published = this.#published(backbone);
      const left = published ? [this.#downloaded(published), partOf(this.#downloaded(published))] : [];
      for (const file of [weightsFile(backbone, this.#cache), ...left]) await rm(file, { force: true });
    });
  }

  async #alone(backbone: Backbone, work: () => Promise<unknown>): Promise<WeightsRecord> {
    if (this.#busy.has(backbone)) throw new EspalierError('WEIGHTS_BUSY', { backbone });
    this.#busy.add(backbone);
    try {
      await work();
      return await this.#record(backbone);
    } finally {
      this.#busy.delete(backbone);
    }
  }

  async #record(backbone: Backbone): Promise<WeightsRecord> {
    const about = await readAbout(weightsFile(backbone, this.#cache));
    if (about) return { backbone, state: backbone === EMBEDDED_BACKBONE ? 'embedded' : 'installed', ...about, downloaded: 0 };
    const published = this.#published(backbone);
    const source = backbone === EMBEDDED_BACKBONE ? 'set-up' : 'a file of yours';
    if (!published) return { backbone, state: 'missing', source, licence: 'Apache-2.0', bytes: 0, downloaded: 0 };
    const { licence, bytes } = published;
    return { backbone, state: 'missing', source: published.source, licence, bytes, downloaded: await kept(this.#downloaded(published)) };
  }

  /** What can be downloaded; null where nothing can. */
  #published(backbone: Backbone): PublishedWeights | null {
    const weights = this.options.weights?.[backbone] ?? BACKBONE_DESCRIPTIONS[backbone].weights;
    return typeof weights === 'string' ? null : weights;
  }

  /** Named by its hash, so that a part is never continued with another file. */
  #downloaded({ sha256 }: PublishedWeights): string {
    return join(downloadsFolder(this.#cache), `${sha256.slice(0, 16)}.weights`);
  }
}

function refuseEmbedded(backbone: Backbone): void {
  if (backbone === EMBEDDED_BACKBONE) throw new EspalierError('WEIGHTS_EMBEDDED', { backbone });
}

function failureOf(cause: DownloadError, backbone: Backbone, url: string): EspalierError {
  if (cause.kind === 'interrupted') return new EspalierError('WEIGHTS_INTERRUPTED', { backbone }, { cause });
  if (cause.kind === 'damaged') return new EspalierError('WEIGHTS_DAMAGED', { backbone }, { cause });
  return new EspalierError('WEIGHTS_UNREACHABLE', { backbone, host: new URL(url).host, reason: cause.message }, { cause });
}
