import { resolve } from 'node:path';
import { EspalierError } from '@shared/errors';
import { MODEL_FORMATS, MODEL_OUTPUTS, ModelFormat, ModelOutput } from '@shared/model-export';
import { exportModel } from '../../host/project/model-export';
import { text, type Command } from '../command';

export const exportModelCommand: Command = {
  name: 'export-model',
  summary: 'Writes the network that a run gives for other programs: ONNX, TensorFlow or TensorFlow.js.',
  positionals: ['DIR'],
  options: {
    run: { value: 'ID', help: 'the run whose teacher is written', required: true },
    out: {
      value: 'FOLDER',
      help: 'a folder for it alone; an earlier model there is replaced when the new one is complete',
      required: true,
    },
    format: { value: Object.keys(MODEL_FORMATS).join('|'), help: `${MODEL_FORMATS.onnx} (the usual one), or another` },
    gives: {
      value: Object.keys(MODEL_OUTPUTS).join('|'),
      help: 'what it gives: class numbers (usual) or probabilities of each pixel, or logits',
    },
  },
  async run({ project, positionals, values, output, signal }) {
    const format = ModelFormat.safeParse(text(values, 'format') ?? 'onnx');
    if (!format.success) throw new EspalierError('USAGE', { detail: `--format must be one of ${Object.keys(MODEL_FORMATS).join(', ')}.` });
    const gives = ModelOutput.safeParse(text(values, 'gives') ?? 'classes');
    if (!gives.success) throw new EspalierError('USAGE', { detail: `--gives must be one of ${Object.keys(MODEL_OUTPUTS).join(', ')}.` });
    await project.library.open({ folder: positionals[0]!, create: null });
    const request = { runId: text(values, 'run')!, folder: resolve(text(values, 'out')!), format: format.data, output: gives.data };
    const { folder, files, bytes } = await exportModel(project.library, project.engine, request, signal);
    output.result({ folder, files, bytes }, `${files.join(', ')} in ${folder} (${(bytes / 1e6).toFixed(1)} MB)`);
  },
};
