import { EspalierError } from '@shared/errors';
import { authorOf } from '@shared/label-version';
import { text, type Command } from '../command';
import { tableText } from '../table';

export const history: Command = {
  name: 'history',
  summary: "Lists the versions of an image's labels, with who made them and when; with --restore, makes one the labels again.",
  positionals: ['DIR', 'NAME'],
  options: { restore: { value: 'VERSION', help: 'the number of the version, as the list has it' } },
  async run({ project, positionals, values, output }) {
    const [folder, name] = [positionals[0]!, positionals[1]!];
    await project.library.open({ folder, create: null });
    const [found = []] = await project.library.call('images.named', { names: [name] });
    const [image] = found;
    if (!image || found.length > 1) {
      const names = found.map((each) => each.name).join(', ');
      throw new EspalierError('USAGE', {
        detail: image ? `${name} may mean several images: ${names}.` : `There is no readable image ${name}.`,
      });
    }
    const wanted = text(values, 'restore');
    if (wanted !== undefined) {
      const { revision } = await project.library.call('labels.read', { imageId: image.id });
      if (!/^\d+$/.test(wanted)) throw new EspalierError('VERSION_UNKNOWN', { name, version: wanted });
      const { labelledPixels } = await project.library.call('labels.restore', { imageId: image.id, revision, seq: Number(wanted) });
      output.result(
        { image: name, restored: Number(wanted), labelledPixels },
        `Version ${wanted} is the labels of ${name} again: ${labelledPixels} pixels.`,
      );
      return;
    }
    const versions = await project.library.call('labels.versions', { imageId: image.id });
    if (output.json) for (const version of versions) output.result(version, '');
    else {
      const rows = versions.map((each) => [
        String(each.seq),
        each.time?.slice(0, 16).replace('T', ' ') ?? '',
        authorOf(each),
        each.current ? 'now' : '',
      ]);
      output.result({}, tableText([['version', 'of', 'by', ''], ...rows], 1));
    }
  },
};
