import { describe, expect, test } from 'vitest';
import { type ScoredPixels, SelectionStudy } from './selection-study';

const GAMMA = 0.7;

function prediction(classes: number[], confidence: number[], similarity: number[]): ScoredPixels {
  return {
    classes: Uint8Array.from(classes),
    confidence: Float32Array.from(confidence),
    similarity: Float32Array.from(similarity),
  };
}

/** Right, right but unsure, wrong and shaken by pruning, wrong and unshaken, not counted. */
const seen = prediction([0, 1, 0, 1, 1], [0.9, 0.5, 0.9, 0.8, 0.9], [1, 1, 0.5, 1, 1]);
const truth = Uint8Array.of(0, 1, 1, 0, 255);

describe('a selection study', () => {
  const study = new SelectionStudy(2, GAMMA, 1);
  study.add(seen, truth);
  const { conf, refined, auc, density } = study.report();

  test('counts what confidence and what the refined score keep, right and wrong apart', () => {
    expect(conf.areas).toEqual({ right: 0.5, wrong: 1 });
    expect(refined.areas).toEqual({ right: 0.5, wrong: 0.5 });
    expect(conf.quality.accuracy).toBeCloseTo(1 / 3, 12);
    expect(refined.quality.accuracy).toBeCloseTo(1 / 2, 12);
  });

  test('says how well each score tells right from wrong', () => {
    expect(auc.confidence).toBeCloseTo((1 + 0.5) / 4, 12);
    expect(auc.similarity).toBeCloseTo((0.5 + 1 + 0.5 + 1) / 4, 12);
    expect(density.similarity.right.reduce((sum, value) => sum + value / 100, 0)).toBeCloseTo(1, 9);
  });

  test('tells scores apart that crowd near 1', () => {
    const crowded = new SelectionStudy(2, GAMMA, 1);
    crowded.add(prediction([0, 0, 0, 0], [0.9995, 0.9991, 0.9997, 0.9993], [1, 1, 1, 1]), Uint8Array.of(0, 1, 0, 1));
    expect(crowded.report().auc.confidence).toBe(1);
    expect(crowded.report().density.confidence.right).toHaveLength(100);
  });

  test('adds up over images', () => {
    const twice = new SelectionStudy(2, GAMMA, 1);
    twice.add(seen, truth);
    twice.add(seen, truth);
    expect(twice.report()).toEqual(study.report());
  });

  test('without β is confidence alone', () => {
    const literal = new SelectionStudy(2, GAMMA, 0);
    literal.add(seen, truth);
    expect(literal.report().refined).toEqual(literal.report().conf);
  });

  test('has null, not NaN, where nothing was kept or nothing is wrong', () => {
    const unsure = new SelectionStudy(2, GAMMA, 1);
    unsure.add(prediction([0], [0.6], [1]), Uint8Array.of(0));
    const report = unsure.report();
    expect(report.conf).toEqual({ quality: { accuracy: null, precision: null, recall: null, f1: null }, areas: { right: 0, wrong: null } });
    expect(report.auc.refined).toBeNull();
    expect(JSON.stringify(report)).not.toContain('NaN');
  });
});
