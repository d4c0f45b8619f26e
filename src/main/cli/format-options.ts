import { EspalierError } from '@shared/errors';
import type { FormatOption, ParamsOf } from '@shared/protocol';
import type { Project } from '../host/project/project';

/**
 * Values of a format's options, given as OPTION=VALUE; classes by name, none for unlabelled.
 * @throws EspalierError USAGE
 */
export async function optionValues(
  project: Project,
  format: string,
  way: 'imports' | 'exports',
  given: readonly string[],
): Promise<ParamsOf<'import.masks'>['options']> {
  const formats = await project.library.call('formats.list', null);
  const options = formats.find(({ id }) => id === format)?.[way] ?? [];
  const values: ParamsOf<'import.masks'>['options'] = {};
  for (const each of given) {
    const [name, ...rest] = each.split('=');
    const value = rest.join('=');
    const option = options.find((known) => known.name === name);
    const known = options.map((one) => one.name).join(', ') || 'none';
    if (!option)
      throw new EspalierError('USAGE', { detail: `There is no option "${name}" of ${format} for --set; its options are: ${known}.` });
    values[option.name] = await valueOf(project, option, value);
  }
  return values;
}

async function valueOf(project: Project, option: FormatOption, value: string): Promise<string | number | null> {
  if (option.kind === 'choice') {
    if (Object.hasOwn(option.choices, value)) return value;
    const choices = Object.keys(option.choices).join(', ');
    throw new EspalierError('USAGE', { detail: `--set ${option.name} must be one of ${choices}.` });
  }
  if (option.kind === 'text') return value;
  const classes = await project.library.call('classes.list', null);
  const found = classes.find((each) => each.name.toLowerCase() === value.toLowerCase());
  if (found) return found.id;
  if (value === 'none') return null;
  const names = classes.map((each) => each.name).join(', ');
  throw new EspalierError('USAGE', { detail: `There is no class "${value}" for --set ${option.name}; the classes are ${names}.` });
}
