import { differingSettings } from '@shared/run-figures';
import { PRESET_SETTINGS, type TrainSettings } from '@shared/settings';
import { fieldOf, type FieldKey } from './fields';

/** A setting's name as the form has it. */
export function settingName(key: keyof TrainSettings): string {
  if (key === 'preset') return 'Preset';
  return key === 'from' ? 'Begins from' : fieldOf(key).label;
}

/** A setting's value as the form has it. */
export function settingValue(settings: TrainSettings, key: keyof TrainSettings): string {
  const value = settings[key];
  if (key === 'preset' || key === 'from') return value === null ? 'nothing' : String(value);
  const field = fieldOf(key);
  if (field.kind === 'switch') return value === true ? 'on' : 'off';
  if (field.kind === 'choice') return field.names[String(value)] ?? String(value);
  if (field.instead && field.instead.value === value) return field.instead.label;
  return `${String(value)}${field.unit ? ` ${field.unit}` : ''}`;
}

/** What a run was made with, in a line: its preset, and what was changed of that. */
export function madeWith(settings: TrainSettings): string {
  const changed = differingSettings(settings, PRESET_SETTINGS[settings.preset]).filter((key): key is FieldKey => key !== 'preset');
  return [settings.preset, ...changed.map((key) => `${settingName(key).toLowerCase()} ${settingValue(settings, key)}`)].join(', ');
}
