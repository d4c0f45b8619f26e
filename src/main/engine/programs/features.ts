import { lookupIn, stateName } from '../checkpoint/state';
import type { Program, Tensors } from '../compile/program';
import type { Normalisation } from '../model/backbones/description';
import type { PixelNetwork } from '../model/create';
import { normalised } from './normalised';

/**
 * Height and width that it is recorded with, in what the backbone asks multiples of. No kernel is larger than any map then: one that only
 * ever meets padding would be cut.
 */
const RECORDED = 32;

/** Name of an output. */
export const mapName = (at: number): string => `map${at}`;

/**
 * What a backbone sees in as many images of any one size as it looks at together; the state is the teacher's backbone.
 * Input of `maps`: `image`, RGB, 0…255, [n, H, W, 3]. Outputs: the network's maps, by {@link mapName}.
 */
export function featuresProgram(network: PixelNetwork, normalisation: Normalisation): Program {
  const { multiple, atOnce } = network.layout.input;
  const backbone = network.specs.filter(({ part }) => part === 'backbone');
  return {
    state: Object.fromEntries(backbone.map(({ name, shape }) => [stateName('teacher', name), { dtype: 'float32', shape }])),
    entries: {
      maps: {
        inputs: { image: { dtype: 'float32', shape: [atOnce, RECORDED * multiple, RECORDED * multiple, 3] } },
        sized: ['image'],
        run({ image }, state): { outputs: Tensors } {
          const maps = network.maps(lookupIn(state, 'teacher'), normalised(image!, normalisation));
          return { outputs: Object.fromEntries(maps.map((map, at) => [mapName(at), map])) };
        },
      },
    },
  };
}
