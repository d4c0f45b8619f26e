import { describe, expect, it } from 'vitest';
import { TrainSettings } from '@shared/settings';
import { fieldOf, GROUPS, rangeText } from './fields';

describe('fieldOf', () => {
  it('takes ranges from the schema', () => {
    expect(fieldOf('batch')).toMatchObject({ kind: 'number', whole: true, min: 1, max: 64, above: false, instead: null });
    expect(rangeText(fieldOf('batch'))).toBe('1 … 64 images');
    expect(fieldOf('tau')).toMatchObject({ min: 0, above: true, max: 10 });
  });

  it('knows what may stand in place of a number', () => {
    expect(fieldOf('stepsPerEpoch')).toMatchObject({ kind: 'number', min: 1, instead: { value: null } });
    expect(fieldOf('ratio')).toMatchObject({ kind: 'number', max: 0.99, whole: false, instead: { value: 'calibrated' } });
  });

  it('offers choices and switches', () => {
    expect(fieldOf('method')).toMatchObject({ kind: 'choice', options: ['sup', 'conf', 'pgcl'] });
    expect(fieldOf('cutmix')).toMatchObject({ kind: 'switch' });
  });
});

it('asks for every setting once: preset and method first, the rest in groups', () => {
  const asked = ['preset', 'method', ...GROUPS.flatMap(({ keys }) => keys)];
  expect([...asked].sort()).toEqual(Object.keys(TrainSettings.shape).sort());
});
