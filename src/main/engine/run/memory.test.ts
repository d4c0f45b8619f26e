import { describe, expect, it } from 'vitest';
import { EspalierError } from '@shared/errors';
import { BACKBONES, PIXEL_BACKBONES, PRESETS, settingsFrom } from '@shared/settings';
import { BACKBONE_DESCRIPTIONS } from '../model/backbones';
import { checkMemory, isOutOfMemory, leastMemory, outOfMemory, smaller } from './memory';

const GB = 2 ** 30;

describe('an error', () => {
  it.each([
    'Session fail to run with error: OOM when allocating tensor with shape[16,96,360,360] and type float on /job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc',
    'Session fail to run with error: RESOURCE_EXHAUSTED: failed to allocate memory',
    'Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[3000000,1000000] and type float on /job:localhost/replica:0/task:0/device:CPU:0 by allocator cpu',
    'Array buffer allocation failed',
    'std::bad_alloc',
  ])('says that memory ran out: %s', (message) => {
    expect(isOutOfMemory(new Error(message))).toBe(true);
    expect(isOutOfMemory(new EspalierError('UNEXPECTED', { detail: 'the step could not be recorded' }, { cause: message }))).toBe(true);
  });

  it('of another kind does not', () => {
    expect(isOutOfMemory(new Error('Session fail to run with error: Invalid argument'))).toBe(false);
    expect(isOutOfMemory(new EspalierError('TRAIN_NAN', { step: 3 }))).toBe(false);
    expect(isOutOfMemory(undefined)).toBe(false);
  });
});

describe('the advice', () => {
  it('names the next smaller batch and crop', () => {
    expect(outOfMemory({ batch: 8, crop: 320 }, null).message).toBe(
      'Training ran out of memory at batch 8, crop 320; try batch 4 or crop 224.',
    );
    expect(smaller({ batch: 3, crop: 192 })).toBe('try batch 1 or crop 128');
  });

  it('names only what can be smaller', () => {
    expect(smaller({ batch: 1, crop: 100 })).toBe('try crop 64');
    expect(smaller({ batch: 1, crop: 33 })).toBe('try crop 32');
    expect(smaller({ batch: 2, crop: 32 })).toBe('try batch 1');
    expect(smaller({ batch: 1, crop: 32 })).toBe('choose a smaller backbone, or close other programs');
  });

  it('passes over what would not do either', () => {
    expect(smaller({ batch: 64, crop: 512 }, ({ batch, crop }) => batch * crop ** 2 <= 4 * 512 ** 2)).toBe('try batch 4 or crop 128');
  });
});

describe('the check before a run', () => {
  it.each(PRESETS)('lets the preset %s pass where it was seen to run', (preset) => {
    const gigabytes = preset.startsWith('paper') ? 64 : 4;
    expect(() => checkMemory(settingsFrom(preset), gigabytes * GB)).not.toThrow();
  });

  it('counts labelled and unlabelled images, these only where they are learnt from', () => {
    const settings = settingsFrom('pruning', { batch: 4 });
    const whole = leastMemory(settings);
    expect(leastMemory({ ...settings, unlabelledBatch: 1 })).toBeCloseTo((5 / 8) * whole);
    expect(leastMemory({ ...settings, unlabelledBatch: 1, method: 'sup' })).toBeCloseTo(whole / 2);
  });

  it('refuses what cannot fit, with sizes that can', () => {
    for (const backbone of BACKBONES) {
      expect(PIXEL_BACKBONES.includes(backbone)).toBe(BACKBONE_DESCRIPTIONS[backbone].decoder === null);
      if (PIXEL_BACKBONES.includes(backbone)) continue;
      const settings = settingsFrom('pruning', { backbone, batch: 64, crop: 1536 });
      const refused = (): void => checkMemory(settings, 16 * GB);
      expect(refused).toThrow(
        /at batch 64, crop 1536 needs at least [\d.]+ GB of memory, and this computer has 16\.0 GB; try (batch|crop)/,
      );
      try {
        refused();
      } catch (error) {
        const { advice } = (error as EspalierError).params;
        const sizes = Array.from(String(advice).matchAll(/(batch|crop) (\d+)/g), ([, name, size]) => ({ [name!]: Number(size) }));
        expect(sizes).not.toEqual([]);
        for (const size of sizes) expect(leastMemory({ ...settings, ...size })).toBeLessThanOrEqual(16 * GB);
      }
    }
  });
});
