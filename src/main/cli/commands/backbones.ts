import { paceAdvice, PROBE_SIDE, suitedBackbone } from '@shared/backbone-pace';
import { BackbonePaces } from '../../host/backbone-paces';
import { tableText } from '../table';
import type { Command } from '../command';

export const backbones: Command = {
  name: 'backbones',
  summary: 'Measures how long this computer looks at an image with each backbone, and says which one suits it.',
  positionals: [],
  options: {},
  async run({ log, output, signal }) {
    const onProgress = ({ done, total }: { done: number; total: number }): void => output.items('measuring backbones', done, total);
    const paces = await new BackbonePaces(log).measure({ signal, onProgress });
    const rows = paces.map(({ backbone, seconds, published }) => [backbone, seconds.toFixed(2), published?.toFixed(1) ?? '–']);
    const advice = paceAdvice(paces);
    output.result(
      { side: PROBE_SIDE, backbones: paces, suited: suitedBackbone(paces), advice },
      `${tableText([['backbone', 's an image', 'published mIoU'], ...rows], 3)}\n${advice}`,
    );
  },
};
