import { EspalierError, isDenied } from '@shared/errors';
import type { ModelFormat } from '@shared/model-export';
import type { ParamsOf, ResultOf } from '@shared/protocol';
import type { TrainSettings } from '@shared/settings';
import * as tf from '@tensorflow/tfjs-core';
import { encodeSavedModel } from '../compile/saved-model';
import { MODEL_FILE } from '../compile/manifest';
import { BACKBONE_DESCRIPTIONS } from '../model/backbones';
import { createNetwork } from '../model/create';
import { openRun } from '../predict/handlers';
import type { TrainedRun } from '../predict/jobs';
import { predictionState, storedState } from '../predict/weights';
import { tensorFlowBackend } from '../process/tensorflow';
import { descriptionOf, type ModelDescription } from './description';
import { freeze, type FrozenGraph } from './freeze';
import { encodeGraphModel, WEIGHTS_FILE } from './graph-model';
import { encodeOnnx } from './onnx/encode';
import { deployment } from './program';
import { writeModelFolder } from './model-folder';

/** The function of a SavedModel that programs call if they ask for none. */
const DEFAULT_SIGNATURE = 'serving_default';

/**
 * Writes the network that a run gives into a folder.
 * @param ready resolves once TensorFlow is loaded for these settings
 * @throws EspalierError as `models.export`
 */
export async function exportModel(
  { run: runFolder, folder, format, output }: ParamsOf<'engine.exportModel'>,
  ready: (settings: TrainSettings) => Promise<unknown>,
): Promise<ResultOf<'engine.exportModel'>> {
  const { run } = await openRun(runFolder);
  await ready(run.inputs.settings);
  const description = descriptionOf(run, output);
  try {
    return await writeModelFolder(folder, description, encode(frozen(run, description), format, description));
  } catch (error) {
    throw isDenied(error) ? new EspalierError('EXPORT_FOLDER', { folder }, { cause: error }) : error;
  }
}

function frozen({ inputs, checkpoint }: TrainedRun, { output }: ModelDescription): FrozenGraph {
  const { backbone, decoder } = checkpoint.settings;
  const seen = BACKBONE_DESCRIPTIONS[backbone];
  const network = createNetwork(backbone, inputs.classes.length, decoder);
  const classIds = inputs.classes.map(({ id }) => id);
  const deployed = deployment({ network, seen, viewScale: checkpoint.viewScale, classIds }, output);
  return freeze(deployed, predictionState(deployed.state, 'teacher', storedState(checkpoint.tensors)));
}

/** The files of a format, by their names. */
function encode(frozen: FrozenGraph, format: ModelFormat, description: ModelDescription): Record<string, Uint8Array | string> {
  const metadata = { espalier: JSON.stringify(description) };
  switch (format) {
    case 'onnx':
      return { 'model.onnx': encodeOnnx(frozen.graph, frozen.signature, metadata) };
    case 'saved-model': {
      const version = tensorFlowBackend(tf).binding.TF_Version;
      return { [MODEL_FILE]: encodeSavedModel(frozen.graph, { [DEFAULT_SIGNATURE]: frozen.signature }, version) };
    }
    case 'tfjs': {
      const { model, weights } = encodeGraphModel(frozen, metadata);
      return { 'model.json': model, [WEIGHTS_FILE]: weights };
    }
  }
}
