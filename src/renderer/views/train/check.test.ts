import { expect, it } from 'vitest';
import { checkRun, type Facts } from './check';

const good: Facts = { method: 'pgcl', labelled: 3, unlabelled: 57, classesUsed: 2, weightsMissing: null, busy: false };

it('says what a run would learn from', () => {
  expect(checkRun(good)).toEqual({
    ready: true,
    sentence: 'Ready: trains on 3 labelled images, learning from 57 unlabelled images beside them.',
    remedy: null,
  });
  expect(checkRun({ ...good, method: 'sup', unlabelled: 0 }).ready).toBe(true);
});

it('names the remedy when a run cannot begin', () => {
  expect(checkRun({ ...good, labelled: 0 })).toMatchObject({ ready: false, remedy: 'label' });
  expect(checkRun({ ...good, classesUsed: 1 })).toMatchObject({ ready: false, remedy: 'label' });
  expect(checkRun({ ...good, unlabelled: 0 })).toMatchObject({ ready: false, remedy: 'labelsOnly' });
  expect(checkRun({ ...good, weightsMissing: 'resnet50' })).toMatchObject({
    ready: false,
    remedy: 'weights',
    sentence: expect.stringContaining('resnet50 are not installed'),
  });
  expect(checkRun({ ...good, busy: true }).ready).toBe(false);
});

it('does not hold a run back while the classes are being counted', () => {
  expect(checkRun({ ...good, classesUsed: null }).ready).toBe(true);
});
