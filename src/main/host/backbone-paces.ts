import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { BackbonePace } from '@shared/backbone-pace';
import type { Progress } from '@shared/protocol';
import type { CallOptions } from '@shared/rpc';
import { BACKBONES } from '@shared/settings';
import { EngineHost } from './project/engine-host';
import { cacheFolder } from './weights/cache';

const Kept = z.object({ computer: z.string(), paces: z.array(BackbonePace) });

/** What makes times comparable: a folder may be carried to another computer. */
const computer = (): string => `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} threads`;

/** How fast the backbones are on this computer, measured when somebody asks and kept. */
export class BackbonePaces {
  constructor(
    private readonly log: (line: string) => void,
    private readonly file = join(cacheFolder(), 'backbones.json'),
  ) {}

  /** What was measured before; null where nothing was, or on another computer, or for other backbones. */
  async kept(): Promise<BackbonePace[] | null> {
    const text = await readFile(this.file, 'utf8').catch(() => null);
    const parsed = Kept.safeParse(parsedJson(text));
    if (!parsed.success || parsed.data.computer !== computer()) return null;
    const { paces } = parsed.data;
    return BACKBONES.every((name) => paces.some(({ backbone }) => backbone === name)) ? paces : null;
  }

  /** @throws EspalierError ENGINE_UNAVAILABLE, CANCELLED; the error of a disk that cannot be written */
  async measure({ signal, onProgress }: CallOptions<Progress> = {}): Promise<BackbonePace[]> {
    const engine = new EngineHost(this.log, true);
    try {
      const paces: BackbonePace[] = [];
      for (const backbone of BACKBONES) {
        paces.push(await engine.call('engine.paceOf', { backbone }, { signal }));
        onProgress?.({ done: paces.length, total: BACKBONES.length, secondsLeft: null });
      }
      await mkdir(dirname(this.file), { recursive: true });
      await writeFile(`${this.file}.part`, JSON.stringify({ computer: computer(), paces } satisfies z.input<typeof Kept>));
      await rename(`${this.file}.part`, this.file);
      return paces;
    } finally {
      engine.kill();
    }
  }
}

function parsedJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
