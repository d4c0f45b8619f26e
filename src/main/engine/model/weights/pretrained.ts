import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { EspalierError } from '@shared/errors';
import type { Backbone } from '@shared/settings';
import { missingWeights } from '@shared/weights';
import { weightsFile } from '../../../host/weights/cache';
import type { VariableValues } from '../initial';
import type { VariableSpec } from '../network';
import { BESIDE, type KernelLayout, publishedName, valuesFor } from './names';
import { readSafetensors, SafetensorsError, type Safetensors } from './safetensors';

/**
 * The pretrained values of a backbone's variables.
 * @throws EspalierError WEIGHTS_MISSING or WEIGHTS_NOT_SET_UP, or WEIGHTS_INVALID when the file is damaged or of another network
 */
export async function pretrainedBackbone(
  backbone: Backbone,
  specs: readonly VariableSpec[],
  file: string = weightsFile(backbone),
): Promise<VariableValues> {
  if (!existsSync(file)) throw missingWeights(backbone);
  return backboneValues(backbone, specs, readWeights(backbone, file, await readFile(file)), file);
}

/**
 * The values of a backbone's variables, out of the tensors of a published network.
 * @param file named in the error
 * @throws EspalierError WEIGHTS_INVALID when they are of another network: a tensor is missing, has another shape or is one too many
 */
export function backboneValues(
  backbone: Backbone,
  specs: readonly VariableSpec[],
  { tensors, metadata }: Safetensors,
  file: string,
): VariableValues {
  const invalid = (reason: string): EspalierError => new EspalierError('WEIGHTS_INVALID', { file: basename(file), reason, backbone });
  // Files converted by Espalier say so; published ones are PyTorch's.
  const layout: KernelLayout = metadata['layout'] === 'tensorflow' ? 'HWIO' : 'OIHW';
  const unused = new Set(tensors.keys());
  const values = specs
    .filter(({ part }) => part === 'backbone')
    .map((spec): [string, Float32Array] => {
      const published = publishedName(spec);
      const tensor = tensors.get(published);
      if (!tensor) throw invalid(`${published} is missing`);
      const fitting = valuesFor(spec, tensor, layout);
      if (!fitting) throw invalid(`${published} has another shape`);
      unused.delete(published);
      return [spec.name, fitting];
    });
  // A deeper network of the same family has all of a shallower one's tensors, in the same shapes.
  const extra = [...unused].find((name) => !BESIDE.test(name));
  if (extra !== undefined) throw invalid(`${extra} belongs to another network`);
  return new Map(values);
}

/** @throws EspalierError WEIGHTS_INVALID */
export function readWeights(backbone: Backbone, file: string, bytes: Uint8Array): Safetensors {
  try {
    return readSafetensors(bytes);
  } catch (cause) {
    if (!(cause instanceof SafetensorsError)) throw cause;
    throw new EspalierError('WEIGHTS_INVALID', { file: basename(file), reason: cause.message, backbone }, { cause });
  }
}
