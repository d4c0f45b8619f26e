import { tableText } from '../table';
import type { Command } from '../command';

export const formats: Command = {
  name: 'formats',
  summary: 'Lists the formats that labels are exported to and imported from, and their options.',
  positionals: [],
  options: {},
  async run({ project, output }) {
    const list = await project.library.call('formats.list', null);
    const rows = list.map(({ id, name, imports, exports }) => [id, name, imports ? 'yes' : 'no', exports ? 'yes' : 'no']);
    const told = list.flatMap(({ id, imports, exports }) =>
      (['import', 'export'] as const).flatMap((way) =>
        ((way === 'import' ? imports : exports) ?? []).map((option) => {
          const values = option.kind === 'choice' ? Object.keys(option.choices).join('|') : option.kind === 'text' ? 'TEXT' : 'CLASS|none';
          return `${way} --format ${id} --set ${option.name}=${values}  ${option.help}`;
        }),
      ),
    );
    output.result({ formats: list }, [tableText([['format', 'what it is', 'import', 'export'], ...rows], 4), ...told].join('\n'));
  },
};
