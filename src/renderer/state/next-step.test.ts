import { expect, it } from 'vitest';
import { nextStep, type Situation } from './next-step';

const fresh: Situation = { labelled: 0, training: false, resumable: null, reviewable: null, seen: null };

it('leads around the loop', () => {
  expect(nextStep(fresh)?.view).toBe('label');
  expect(nextStep({ ...fresh, labelled: 1 })?.view).toBe('train');
  expect(nextStep({ ...fresh, labelled: 1, reviewable: 'r1' })?.view).toBe('review');
});

it('asks for nothing while a run goes on, or once its predictions were seen', () => {
  expect(nextStep({ ...fresh, labelled: 1, training: true })).toBeNull();
  expect(nextStep({ ...fresh, labelled: 1, reviewable: 'r1', seen: 'r1' })).toBeNull();
});

it('goes on with a run that was stopped before anything else', () => {
  expect(nextStep({ ...fresh, labelled: 1, resumable: 'r2', reviewable: 'r1' })).toEqual({
    view: 'train',
    label: 'Next: resume',
    resume: 'r2',
  });
  expect(nextStep({ ...fresh, labelled: 1, resumable: 'r2', training: true })).toBeNull();
});

it('asks for a review again after a newer run', () => {
  expect(nextStep({ ...fresh, labelled: 1, reviewable: 'r2', seen: 'r1' })?.view).toBe('review');
});
