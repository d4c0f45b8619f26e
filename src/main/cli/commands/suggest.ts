import { EspalierError } from '@shared/errors';
import { makeSuggestions } from '../../host/project/suggestions';
import { text, type Command } from '../command';

const USUAL = 12;

export const suggest: Command = {
  name: 'suggest',
  summary: 'Suggests images to label first: typical of many others, unlike each other and what has labels.',
  positionals: ['DIR'],
  options: { count: { value: 'N', help: `so many (${USUAL})` } },
  async run({ project, positionals, values, output, signal }) {
    const asked = text(values, 'count');
    const count = asked === undefined ? USUAL : Number(asked);
    if (!Number.isInteger(count) || count < 1 || count > 1000) {
      throw new EspalierError('USAGE', { detail: '--count takes a whole number from 1 to 1000.' });
    }
    await project.library.open({ folder: positionals[0]!, create: null });
    const { images } = await makeSuggestions(project.library, project.engine, count, {
      signal,
      onProgress: ({ done, total, secondsLeft }) => output.items('looking', done, total, secondsLeft),
    });
    const names: string[] = [];
    for (const id of images) names.push((await project.library.call('images.get', { id, runId: null })).path);
    output.result({ images: names }, names.join('\n'));
  },
};
