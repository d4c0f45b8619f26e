import { describe, expect, it } from 'vitest';
import { settingsFrom, TrainSettings } from '@shared/settings';
import { fieldOf, type FieldKey, GROUPS, rangeText } from './fields';

/** What may stand in place of the number of a setting. */
function insteadOf(key: FieldKey) {
  const field = fieldOf(key);
  return field.kind === 'number' ? field.instead : null;
}

describe('fieldOf', () => {
  it('takes ranges from the schema', () => {
    expect(fieldOf('batch')).toMatchObject({ kind: 'number', whole: true, min: 1, max: 64, above: false, instead: null });
    expect(rangeText(fieldOf('batch'))).toBe('1 … 64 images');
    expect(fieldOf('tau')).toMatchObject({ min: 0, above: true, max: 10 });
  });

  it('knows what may stand in place of a number', () => {
    expect(fieldOf('stepsPerEpoch')).toMatchObject({ kind: 'number', min: 1, instead: { value: null, label: 'one pass' } });
    expect(fieldOf('unlabelledBatch')).toMatchObject({ kind: 'number', min: 1, instead: { value: null, label: 'as many' } });
    expect(insteadOf('unlabelledBatch')?.number(settingsFrom('pruning', { batch: 6 }))).toBe(6);
  });

  it('has a name for every such word or null, and a number in range to begin with otherwise', () => {
    for (const key of Object.keys(TrainSettings.shape) as (keyof TrainSettings)[]) {
      if (key === 'preset' || key === 'from' || ![null, 'calibrated'].some((value) => TrainSettings.shape[key].safeParse(value).success))
        continue;
      const instead = insteadOf(key);
      expect(instead?.label).toMatch(/./);
      expect(() => settingsFrom('pruning', { [key]: instead?.number(settingsFrom('pruning')) })).not.toThrow();
      expect(() => settingsFrom('pruning', { [key]: instead?.value })).not.toThrow();
    }
  });

  it('leaves the ratio to be measured', () => {
    expect(fieldOf('ratio')).toMatchObject({ kind: 'number', max: 0.99, whole: false, instead: { value: 'calibrated' } });
  });

  it('offers choices and switches', () => {
    expect(fieldOf('method')).toMatchObject({ kind: 'choice', options: ['sup', 'conf', 'pgcl'] });
    expect(fieldOf('cutmix')).toMatchObject({ kind: 'switch' });
  });
});

it('asks for every setting once: preset, beginning and method first, the rest in groups', () => {
  const asked = ['preset', 'from', 'method', ...GROUPS.flatMap(({ keys }) => keys)];
  expect([...asked].sort()).toEqual(Object.keys(TrainSettings.shape).sort());
});
