import { EspalierError } from '@shared/errors';
import { BACKBONES, type Backbone } from '@shared/settings';
import { EMBEDDED_BACKBONE, megabytes, type WeightsRecord } from '@shared/weights';
import { createWeightsManager } from '../../host/create-weights';
import type { Command } from '../command';
import type { Output } from '../output';

const MB = 1e6;

/** @throws EspalierError USAGE */
function backboneOf(name: string): Backbone {
  const known = BACKBONES.find((backbone) => backbone === name);
  const names = BACKBONES.filter((backbone) => backbone !== EMBEDDED_BACKBONE).join(', ');
  if (!known) throw new EspalierError('USAGE', { detail: `There are no weights named "${name}": choose one of ${names}.` });
  return known;
}

function tell(output: Output, record: WeightsRecord): void {
  const { backbone, state, source, licence, bytes, downloaded } = record;
  const size = downloaded > 0 ? `${megabytes(downloaded)} of ${megabytes(bytes)}` : bytes > 0 ? megabytes(bytes) : '';
  output.result({ ...record }, `${backbone.padEnd(18)}  ${state.padEnd(9)}  ${size.padEnd(16)}  ${source} (licence: ${licence})`);
}

export const weights: Command = {
  name: 'weights',
  summary: 'Lists the pretrained weights of the backbones: which are there, where they are from, their size and licence.',
  positionals: [],
  options: {},
  async run({ log, output }) {
    for (const record of await createWeightsManager(log).list()) tell(output, record);
  },
};

export const downloadWeights: Command = {
  name: 'weights download',
  summary: 'Downloads the pretrained weights of a backbone and checks them; the same command continues a download that broke off.',
  positionals: ['NAME'],
  options: {},
  async run({ log, positionals, output, signal }) {
    const backbone = backboneOf(positionals[0]!);
    const onProgress = ({ done, total }: { done: number; total: number }): void =>
      output.items(`downloading ${backbone} (MB)`, Math.round(done / MB), Math.round(total / MB));
    tell(output, await createWeightsManager(log).download(backbone, { signal, onProgress }));
  },
};

export const importWeights: Command = {
  name: 'weights import',
  summary: 'Takes the weights of a backbone from a file: safetensors, or a state dict of PyTorch, of which nothing is run.',
  positionals: ['NAME', 'FILE'],
  options: {},
  async run({ log, positionals, output }) {
    tell(output, await createWeightsManager(log).import(backboneOf(positionals[0]!), positionals[1]!));
  },
};

export const removeWeights: Command = {
  name: 'weights remove',
  summary: 'Removes the weights of a backbone, and what an interrupted download left.',
  positionals: ['NAME'],
  options: {},
  async run({ log, positionals, output }) {
    tell(output, await createWeightsManager(log).remove(backboneOf(positionals[0]!)));
  },
};
