import { describe, expect, it } from 'vitest';
import { parseSetting, PRESETS, runParts, settingsFrom, stepsPerEpoch, supervisedEpochs, TrainSettings } from './settings';

describe('settings', () => {
  it.each(PRESETS)('of the preset %s are valid', (preset) => {
    expect(TrainSettings.parse(settingsFrom(preset))).toMatchObject({ preset });
  });

  it('of a head on single pixels cannot prune, and say what can', () => {
    expect(() => settingsFrom('quick', { method: 'pgcl' })).toThrow(/take the preset pruning, or the decoder deeplab/);
    expect(settingsFrom('quick', { method: 'pgcl', decoder: 'deeplab' }).method).toBe('pgcl');
  });

  it('of DINOv2 take a head on single pixels, and say so where they have another', () => {
    expect(settingsFrom('quick', { backbone: 'dinov2-small' }).backbone).toBe('dinov2-small');
    for (const preset of ['pruning', 'overnight'] as const)
      expect(() => settingsFrom(preset, { backbone: 'dinov2-small' })).toThrow(/take the preset quick or balanced/);
  });

  it('scale the warm-up with the length of the run, at least one epoch', () => {
    expect(settingsFrom('paper-voc').warmup).toBe(3);
    expect(settingsFrom('paper-voc', { epochs: 160 }).warmup).toBe(6);
    expect(settingsFrom('paper-voc', { epochs: 4 }).warmup).toBe(1);
    expect(settingsFrom('paper-voc', { epochs: 4, warmup: 2 }).warmup).toBe(2);
  });

  it('leave a run that begins from another fewer epochs on labels alone, and as many beside', () => {
    const [scratch, from] = [settingsFrom('balanced'), settingsFrom('balanced', { from: 'run-0003' })];
    expect([scratch, from].map((run) => [run.warmup, run.epochs - run.warmup])).toEqual([
      [10, 10],
      [3, 10],
    ]);
    expect(settingsFrom('quick', { from: 'run-0003' })).toMatchObject({ epochs: 3, from: 'run-0003' });
    expect(settingsFrom('balanced', { from: 'run-0003', epochs: 6, warmup: 5 })).toMatchObject({ epochs: 6, warmup: 5 });
    expect(() => settingsFrom('quick', { from: '../run-0003' })).toThrow(/from is not valid: it must be the id of a run/);
    expect(() => settingsFrom('quick', { from: 'run-0003', holdOut: 0.2 })).toThrow(/set holdOut to 0/);
  });

  it('make an epoch a pass over the unlabelled images, up to the limit', () => {
    const settings = settingsFrom('pruning', { stepsPerEpoch: 20, batch: 4 });
    expect(stepsPerEpoch(settings, { labelled: 9, unlabelled: 18 })).toBe(5);
    expect(stepsPerEpoch({ ...settings, unlabelledBatch: 2 }, { labelled: 9, unlabelled: 18 })).toBe(9);
    expect(stepsPerEpoch(settings, { labelled: 9, unlabelled: 4000 })).toBe(20);
    expect(stepsPerEpoch({ ...settings, stepsPerEpoch: null }, { labelled: 9, unlabelled: 4000 })).toBe(1000);
    expect(stepsPerEpoch({ ...settings, unlabelledBatch: 1 }, { labelled: 9, unlabelled: 0 })).toBe(3);
  });

  it('tell how many epochs learn from labels alone, never more than the run has', () => {
    const run = { epochs: 10, warmup: 4 };
    expect(supervisedEpochs({ ...run, method: 'pgcl' })).toBe(4);
    expect(supervisedEpochs({ ...run, method: 'sup' })).toBe(10);
    expect(supervisedEpochs({ ...run, method: 'conf', warmup: 12 })).toBe(10);
  });

  it('are refused with the name of the wrong one', () => {
    expect(() => settingsFrom('quick', { speed: 1 })).toThrow(/no setting named speed/);
  });

  it.each([
    [{ gamma: 7 }, 'gamma is not valid: it must be at most 1.'],
    [{ holdOut: 0.7 }, 'holdOut is not valid: it must be at most 0.5.'],
    [{ epochs: 0 }, 'epochs is not valid: it must be at least 1.'],
    [{ epochs: 1.5 }, 'epochs is not valid: it must be a whole number.'],
    [{ tau: 0 }, 'tau is not valid: it must be more than 0.'],
    [{ cutmix: 1 }, 'cutmix is not valid: it must be true or false.'],
    [{ lrHead: 'fast' }, 'lrHead is not valid: it must be a number.'],
    [{ scope: 'all' }, 'scope is not valid: it must be one of encoder, backbone.'],
    [{ ratio: 'half' }, 'ratio is not valid: it must be a number, or it must be calibrated.'],
    [{ ratio: 2 }, 'ratio is not valid: it must be at most 0.99.'],
  ])('of %o are refused with what the value must be', (overrides, sentence) => {
    expect(() => settingsFrom('quick', overrides)).toThrow(`The setting ${sentence}`);
  });

  it('of a run older than a setting beyond the paper are the literal method', () => {
    const { doubt, ...older } = settingsFrom('pruning', { doubt: 'probability' });
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

describe('what a run has', () => {
  it('follows from its method, its network and its switches', () => {
    const none = { unlabelled: false, pruning: false, network: false, heldOut: false, tuning: false };
    expect(runParts(settingsFrom('quick'))).toEqual(none);
    expect(runParts(settingsFrom('overnight', { hours: 1 }))).toEqual({ ...none, unlabelled: true, tuning: true });
    expect(runParts(settingsFrom('balanced'))).toEqual({ ...none, unlabelled: true });
    expect(runParts(settingsFrom('pruning', { holdOut: 0.25 }))).toEqual({
      unlabelled: true,
      pruning: true,
      network: true,
      heldOut: true,
      tuning: false,
    });
    expect(runParts(settingsFrom('pruning', { refinement: false }))).toEqual({ ...none, unlabelled: true, network: true });
  });

  it('is everything where its settings are of another version', () => {
    expect(Object.values(runParts(null)).every(Boolean)).toBe(true);
  });
});
