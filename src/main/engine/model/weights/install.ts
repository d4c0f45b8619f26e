import { mkdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { EspalierError } from '@shared/errors';
import type { ParamsOf } from '@shared/protocol';
import type { Backbone } from '@shared/settings';
import { writeFileAtomic } from '../../../media/files';
import { weightsFile } from '../../../host/weights/cache';
import { backboneSpecs } from '../create';
import { ForbiddenError, PickleError } from '../torch/pickle.mjs';
import { isTorch, readTorch } from '../torch/read.mjs';
import { publishedName } from './names';
import { backboneValues, readWeights } from './pretrained';
import { type Safetensors, type StoredTensor, writeSafetensors } from './safetensors';
import { originalNames } from './transformers-names';

/** The first byte of a safetensors file's header, after its length. */
const BRACE = 0x7b;
const BRACE_AT = 8;
const WRAPPER = 'module.';
/** What is read as a whole; the largest backbone has 350 MB, with an optimiser's state three times that. */
const MAX_BYTES = 2 ** 31 - 1;

/**
 * Keeps the weights of a file (safetensors, or a state dict of PyTorch, of which nothing is executed; half precision becomes float32) as a backbone's pretrained ones:
 * checked against the network first, then converted to safetensors and put in place at once.
 * @param target where they are kept
 * @throws EspalierError FILE_UNREADABLE, WEIGHTS_UNSUPPORTED, WEIGHTS_UNSAFE, WEIGHTS_INVALID; nothing is stored then
 */
export async function installWeights(
  { backbone, file, source, licence }: ParamsOf<'engine.installWeights'>,
  target: string = weightsFile(backbone),
): Promise<void> {
  const specs = backboneSpecs(backbone);
  const values = backboneValues(backbone, specs, plain(parse(backbone, file, await read(file))), file);
  const tensors = new Map<string, StoredTensor>();
  for (const spec of specs) tensors.set(publishedName(spec), { shape: spec.shape, values: values.get(spec.name)! });
  await mkdir(dirname(target), { recursive: true });
  await writeFileAtomic(target, writeSafetensors(tensors, { source, licence, layout: 'tensorflow' }));
}

async function read(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) throw new EspalierError('WEIGHTS_UNSUPPORTED', { file: basename(file) });
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof EspalierError) throw cause;
    throw new EspalierError('FILE_UNREADABLE', { file, reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
}

function parse(backbone: Backbone, file: string, bytes: Uint8Array): Safetensors {
  if (isTorch(bytes)) return parseTorch(backbone, file, bytes);
  if (bytes[BRACE_AT] === BRACE) return readWeights(backbone, file, bytes);
  throw new EspalierError('WEIGHTS_UNSUPPORTED', { file: basename(file) });
}

/** PyTorch's wrapper for several GPUs puts itself before every name. */
function unwrapped({ tensors, metadata }: Safetensors): Safetensors {
  const wrapped = [...tensors.keys()].every((name) => name.startsWith(WRAPPER));
  return wrapped
    ? { tensors: new Map([...tensors].map(([name, tensor]) => [name.slice(WRAPPER.length), tensor])), metadata }
    : { tensors, metadata };
}

/** What libraries put around the tensors of a network, or call them, taken away. */
function plain(parsed: Safetensors): Safetensors {
  const { tensors, metadata } = unwrapped(parsed);
  return { tensors: originalNames(tensors), metadata };
}

function parseTorch(backbone: Backbone, file: string, bytes: Uint8Array): Safetensors {
  try {
    const tensors = new Map<string, StoredTensor>();
    for (const [name, { shape, values }] of readTorch(bytes)) {
      // The only integers are counters of batches, which nothing needs.
      if (values instanceof Float32Array) tensors.set(name, { shape, values });
    }
    return { tensors, metadata: {} };
  } catch (cause) {
    if (cause instanceof ForbiddenError) {
      throw new EspalierError('WEIGHTS_UNSAFE', { file: basename(file), what: cause.what }, { cause });
    }
    if (!(cause instanceof PickleError)) throw cause;
    throw new EspalierError('WEIGHTS_INVALID', { file: basename(file), reason: cause.message, backbone }, { cause });
  }
}
