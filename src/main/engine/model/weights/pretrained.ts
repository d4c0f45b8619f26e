import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { EspalierError } from '@shared/errors';
import type { Backbone } from '@shared/settings';
import type { Values } from '../initial';
import type { VariableSpec } from '../network';
import { weightsFile } from './cache';
import { type KernelLayout, publishedName, valuesFor } from './names';
import { readSafetensors, SafetensorsError, type Safetensors } from './safetensors';

/**
 * The pretrained values of a backbone's variables.
 * @throws EspalierError WEIGHTS_MISSING, or WEIGHTS_INVALID when the file is damaged or of another network
 */
export async function pretrainedBackbone(
  backbone: Backbone,
  specs: readonly VariableSpec[],
  file: string = weightsFile(backbone),
): Promise<Values> {
  if (!existsSync(file)) throw new EspalierError('WEIGHTS_MISSING', { backbone });
  const { tensors, metadata } = readTensors(backbone, file, await readFile(file));
  // Files converted by the set-up say so; published ones are PyTorch's.
  const layout: KernelLayout = metadata['layout'] === 'tensorflow' ? 'HWIO' : 'OIHW';
  return new Map(
    specs
      .filter(({ part }) => part === 'backbone')
      .map((spec) => {
        const published = publishedName(spec);
        const tensor = tensors.get(published);
        const values = tensor && valuesFor(spec, tensor, layout);
        if (!values) {
          const reason = tensor ? `${published} has another shape` : `${published} is missing`;
          throw new EspalierError('WEIGHTS_INVALID', { file: basename(file), reason, backbone });
        }
        return [spec.name, values];
      }),
  );
}

function readTensors(backbone: Backbone, file: string, bytes: Uint8Array): Safetensors {
  try {
    return readSafetensors(bytes);
  } catch (cause) {
    if (!(cause instanceof SafetensorsError)) throw cause;
    throw new EspalierError('WEIGHTS_INVALID', { file: basename(file), reason: cause.message, backbone }, { cause });
  }
}
