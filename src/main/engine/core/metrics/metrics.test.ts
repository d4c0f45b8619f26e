import { describe, expect, test } from 'vitest';
import { expectClose } from '../../testing/golden';
import values from '../golden/metrics.json';
import { addToConfusion, emptyConfusion } from './confusion';
import { classIou, meanIou, pixelAccuracy } from './iou';
import { addToHistogram, areaUnderRoc, coarser, density, emptyHistogram } from './score-histogram';
import { selectionQuality } from './selection';
import { SelectionStudy } from './selection-study';

const CLASSES = 4;
const predicted = Uint8Array.from(values.predicted.data);
const truth = Uint8Array.from(values.truth.data);
const keep = Uint8Array.from(values.keep.data);

function confusionOf(kept?: Uint8Array) {
  const confusion = emptyConfusion(CLASSES);
  addToConfusion(confusion, predicted, truth, kept);
  return confusion;
}

describe('metrics agree with the oracle', () => {
  test('confusion matrix', () => {
    expect(Array.from(confusionOf().counts)).toEqual(values.confusion.flat());
  });

  test('mIoU and accuracy', () => {
    expectClose([meanIou(confusionOf()), pixelAccuracy(confusionOf())], [values.miou, values.accuracy]);
  });

  test('Table 3', () => {
    const { accuracy, precision, recall, f1 } = selectionQuality(confusionOf(keep));
    const { table3 } = values;
    expectClose([accuracy, precision, recall, f1], [table3.accuracy, table3.precision, table3.recall, table3.f1]);
  });

  test('areas of Fig. 4', () => {
    const study = new SelectionStudy(CLASSES, 0.5, 1);
    study.add({ classes: predicted, confidence: Float32Array.from(keep), similarity: new Float32Array(keep.length).fill(1) }, truth);
    const { right, wrong } = study.report().conf.areas;
    expectClose([right!, wrong!], [values.fig4.areaTrue, values.fig4.areaFalse]);
  });
});

test('a class absent from the truth has no IoU and does not enter the mean', () => {
  const confusion = emptyConfusion(3);
  addToConfusion(confusion, [0, 2, 1], [0, 0, 1]);
  expect(classIou(confusion)).toEqual([0.5, 1, null]);
  expect(meanIou(confusion)).toBe(0.75);
});

test('a class never predicted has precision 0, not NaN', () => {
  const confusion = emptyConfusion(2);
  addToConfusion(confusion, [0, 0], [0, 1]);
  expect(selectionQuality(confusion)).toEqual({ accuracy: 0.5, precision: 0.25, recall: 0.5, f1: 1 / 3 });
});

describe('score histograms', () => {
  const histogram = emptyHistogram(10);
  addToHistogram(histogram, [0.95, 1, 0.55, 0.55, 0.2], [1, 1, 1, 0, 0], [1, 1, 1, 1, 255], 2);

  test('leave unlabelled pixels out and put 1 into the last bin', () => {
    expect(Array.from(histogram.right)).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 2]);
    expect(Array.from(histogram.wrong)).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  });

  test('densities integrate to 1', () => {
    expect(density(histogram.right).reduce((sum, value) => sum + value / 10, 0)).toBeCloseTo(1, 12);
    expect(Array.from(density(new Float64Array(2)))).toEqual([0, 0]);
  });

  test('in fewer bins count the same', () => {
    expect(Array.from(coarser(histogram.right, 5))).toEqual([0, 0, 1, 0, 2]);
    expect(Array.from(coarser(histogram.right, 10))).toEqual(Array.from(histogram.right));
  });

  test('area under ROC counts equal scores half', () => {
    expect(areaUnderRoc(histogram)).toBeCloseTo((1 + 1 + 0.5) / 3, 12);
  });
});
