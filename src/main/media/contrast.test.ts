import { describe, expect, it } from 'vitest';
import { measureSamples, windowTo8Bit } from './contrast';

/** Enough samples for the percentiles to leave a few out. */
const ramp = Float32Array.from({ length: 10_000 }, (_, i) => i);

describe('the contrast window', () => {
  it.each([1e6, 3e38, Infinity, NaN, -3e38])('is not moved by one outlier of %d', (outlier) => {
    const samples = ramp.slice();
    samples[5000] = outlier;
    const bytes = windowTo8Bit(samples);
    expect([bytes[20], bytes[2500], bytes[7500], bytes[9980]]).toEqual([0, 64, 191, 255]);
  });

  it('shows a constant frame in mid-grey, with an outlier or without', () => {
    const flat = new Uint16Array(10_000).fill(1234);
    expect(windowTo8Bit(flat)[17]).toBe(128);
    flat[0] = 65535;
    const bytes = windowTo8Bit(flat);
    expect([bytes[0], bytes[17]]).toEqual([255, 128]);
    expect([...windowTo8Bit(new Float32Array(4))]).toEqual([128, 128, 128, 128]);
  });

  it('leaves what means "nothing here" out, and shows it black', () => {
    const samples = ramp.slice().fill(-9999, 0, 4000);
    const bytes = windowTo8Bit(samples, null, -9999);
    expect([bytes[100], bytes[4007], bytes[7000], bytes[9995]]).toEqual([0, 0, 128, 255]);
    expect(measureSamples(samples, -9999)).toMatchObject({ min: 4000, max: 9999 });
  });

  it('is the same whether all samples are looked at or some of them are drawn', () => {
    const many = Uint16Array.from({ length: 3_000_000 }, (_, i) => Math.floor(i / 3) % 1000);
    many.fill(60_000, 0, 300);
    const { min, max, range } = measureSamples(many)!;
    expect([min, max]).toEqual([0, 60_000]);
    expect(range.black).toBeCloseTo(1, -1);
    expect(range.white).toBeCloseTo(998, -1);
  });

  it('is none where no sample counts', () => {
    expect([...windowTo8Bit(Float32Array.of(NaN, NaN))]).toEqual([0, 0]);
    expect(measureSamples(Float32Array.of(NaN, Infinity))).toBeNull();
    expect(measureSamples(Float32Array.of(2, 2))).toBeNull();
  });
});
