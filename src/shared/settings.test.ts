import { describe, expect, it } from 'vitest';
import { parseSetting, PRESETS, settingsFrom, TrainSettings } from './settings';

describe('settings', () => {
  it.each(PRESETS)('of the preset %s are valid', (preset) => {
    expect(TrainSettings.parse(settingsFrom(preset))).toMatchObject({ preset, method: 'pgcl' });
  });

  it('scale the warm-up with the length of the run, at least one epoch', () => {
    expect(settingsFrom('paper-voc').warmup).toBe(3);
    expect(settingsFrom('paper-voc', { epochs: 160 }).warmup).toBe(6);
    expect(settingsFrom('paper-voc', { epochs: 4 }).warmup).toBe(1);
    expect(settingsFrom('paper-voc', { epochs: 4, warmup: 2 }).warmup).toBe(2);
  });

  it('are refused with the name of the wrong one', () => {
    expect(() => settingsFrom('quick', { gamma: 7 })).toThrow(/^The setting gamma is not valid: .*1\.$/);
    expect(() => settingsFrom('quick', { holdOut: 0.7 })).toThrow(/^The setting holdOut is not valid: .*0\.5\.$/);
    expect(() => settingsFrom('quick', { speed: 1 })).toThrow(/no setting named speed/);
    expect(() => settingsFrom('quick', { ratio: 'half' })).toThrow(/ratio/);
  });

  it('of a run older than a setting beyond the paper are the literal method', () => {
    const { doubt, ...older } = settingsFrom('balanced', { doubt: 'probability' });
    expect(doubt).toBe('probability');
    expect(TrainSettings.parse(older).doubt).toBe('similarity');
  });

  it('are read from key=value', () => {
    expect(parseSetting('gamma=0.8')).toEqual(['gamma', 0.8]);
    expect(parseSetting('cutmix=false')).toEqual(['cutmix', false]);
    expect(parseSetting('ratio=calibrated')).toEqual(['ratio', 'calibrated']);
    expect(parseSetting('stepsPerEpoch=null')).toEqual(['stepsPerEpoch', null]);
    expect(() => parseSetting('gamma')).toThrow(/key=value/);
  });
});
