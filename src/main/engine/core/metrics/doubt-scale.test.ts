import { describe, expect, it } from 'vitest';
import { DoubtScale } from './doubt-scale';

const GAMMA = 0.7;

/** Pixels of class 0, of which `truth` says whether that is right. */
function scaled(confidence: number[], similarity: number[], truth = confidence.map(() => 0), share = 0.95): number {
  const scale = new DoubtScale(GAMMA, share);
  scale.add(
    { classes: confidence.map(() => 0), confidence: Float32Array.from(confidence), similarity: Float32Array.from(similarity) },
    truth,
  );
  return scale.beta();
}

const hundred = (value: (i: number) => number): number[] => Array.from({ length: 100 }, (_, i) => value(i));

describe('the scale of doubt', () => {
  it.each([0.99, 0.9, 0.65])('keeps 95 per cent of right and confident pixels, and no more, with d down to %f', (lowest) => {
    const confidence = hundred((i) => 0.9 + 0.001 * i);
    const similarity = hundred((i) => lowest + ((1 - lowest) * i) / 100);
    const kept = (beta: number): number => confidence.filter((p, i) => p * similarity[i]! ** beta >= GAMMA).length;
    const beta = scaled(confidence, similarity);
    expect(kept(beta)).toBeGreaterThanOrEqual(95);
    // One step of the slider more doubts too many, where the slider goes so far.
    if (beta < 4) expect(kept(beta + 0.1)).toBeLessThan(96);
  });

  it('weighs doubt the more the closer to 1 all similarities are', () => {
    const close = hundred((i) => 0.96 + 0.0004 * i);
    const far = hundred((i) => 0.6 + 0.004 * i);
    expect(
      scaled(
        hundred(() => 0.75),
        close,
      ),
    ).toBeGreaterThan(
      4 *
        scaled(
          hundred(() => 0.75),
          far,
        ),
    );
  });

  it('does not listen to wrong and to unsure pixels', () => {
    const similarity = hundred((i) => (i < 50 ? 0.6 : 0.99));
    const wrong = hundred((i) => (i < 50 ? 1 : 0));
    expect(
      scaled(
        hundred(() => 0.9),
        similarity,
        wrong,
      ),
    ).toBe(4);
    expect(
      scaled(
        hundred((i) => (i < 50 ? 0.6 : 0.9)),
        similarity,
      ),
    ).toBe(4);
    expect(
      scaled(
        hundred(() => 0.9),
        similarity,
      ),
    ).toBeLessThan(1);
  });

  it('is the paper’s 1 where there is nothing to go by', () => {
    expect(scaled([], [])).toBe(1);
    expect(scaled([0.9], [0.9], [1])).toBe(1);
  });

  it('never vanishes, so that Review shows some doubt', () => {
    expect(
      scaled(
        hundred(() => 0.71),
        hundred(() => 0.5),
      ),
    ).toBeCloseTo(0.05, 9);
  });
});
