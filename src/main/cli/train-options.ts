import { METHODS } from '@shared/methods';
import { parseSetting, PRESETS, presetSettings, type TrainSettings } from '@shared/settings';
import type { Project } from '../host/project/project';
import { text, type CommandOption, type OptionValues } from './command';
import { namedImages } from './names';

/** How a training is asked for; `train` and `sweep` have these in common. */
export const TRAIN_OPTIONS = {
  method: { value: METHODS.join('|'), help: 'how unlabelled images are used (pgcl)' },
  preset: { value: PRESETS.join('|'), help: 'where the settings start from (balanced)' },
  epochs: { value: 'N', help: 'passes over the unlabelled images' },
  unlabelled: { value: 'FILE', help: 'learn from these images without labels: names, one a line (all that have none)' },
  set: { value: 'key=value', help: 'any other setting', multiple: true },
} as const satisfies Readonly<Record<string, CommandOption>>;

/** The settings that options give, `preset` among them. @throws EspalierError USAGE */
export function givenSettings(values: OptionValues): Record<string, unknown> {
  const given = ['preset', 'method', 'epochs', 'seed', 'from'].flatMap((name) => {
    const value = text(values, name);
    return value === undefined ? [] : [`${name}=${value}`];
  });
  return Object.fromEntries([...given, ...texts(values, 'set')].map(parseSetting));
}

/** @throws EspalierError USAGE, SETTING_UNKNOWN, SETTING_INVALID */
export function settingsOf(values: OptionValues): TrainSettings {
  return presetSettings(givenSettings(values));
}

/** Ids of the images to learn from without labels; null: all that have none. @throws EspalierError FILE_UNREADABLE, IDS_UNKNOWN */
export async function unlabelledOf(project: Project, values: OptionValues): Promise<number[] | null> {
  const file = text(values, 'unlabelled');
  return file === undefined ? null : (await namedImages(project, file)).map(({ id }) => id);
}

/** Texts of an option that may be given several times. */
export function texts(values: OptionValues, name: string): string[] {
  const list = values[name];
  return Array.isArray(list) ? list.map(String) : [];
}
