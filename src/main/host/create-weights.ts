import type { ParamsOf } from '@shared/protocol';
import { EngineHost } from './project/engine-host';
import { WeightsManager, type WeightsOptions } from './weights/manager';

/** The manager of the application: files are read by an engine of their own, since they are large and a stranger's. */
export function createWeightsManager(log: (line: string) => void, options: Pick<WeightsOptions, 'fetch'> = {}): WeightsManager {
  return new WeightsManager({
    ...options,
    install: async (params: ParamsOf<'engine.installWeights'>) => {
      const engine = new EngineHost(log, true);
      try {
        await engine.call('engine.installWeights', params);
      } finally {
        engine.kill();
      }
    },
  });
}
