import { expect, it } from 'vitest';
import { estimateOf, verdictText } from './verdict';

const verdict = {
  labels: 0.46,
  unlabelled: 0.485,
  images: 12,
  prior: 0,
  scale: 1,
  confidence: 'probability',
  tuning: null,
  gamma: null,
  began: null,
} as const;
const BASIS = 'Estimated on 12 labelled images, each held out of a training once.';

it('says which network the run gives, by which figures, and why', () => {
  expect(verdictText({ ...verdict, chosen: 'unlabelled' })).toBe(
    'This run gives the network that learnt from the unlabelled images too: mIoU 46.0 % by labels alone, 48.5 % with unlabelled images. ' +
      `On held-out labels the unlabelled images add 2.5 points of mIoU. ${BASIS}`,
  );
  expect(verdictText({ ...verdict, chosen: 'labels', unlabelled: 0.47 })).toBe(
    'This run gives the network that learnt from the labels alone: mIoU 46.0 % by labels alone, 47.0 % with unlabelled images. ' +
      `On held-out labels the unlabelled images add 1.0 points of mIoU, too little for this run to rely on them. ${BASIS}`,
  );
  expect(verdictText({ ...verdict, chosen: 'labels', unlabelled: 0.4 })).toContain(' take 6.0 points of mIoU away. ');
  expect(verdictText({ ...verdict, chosen: 'labels', unlabelled: verdict.labels })).toContain(' add nothing. ');
});

it('gives no reason where there was no other network, and says how images are looked at and confidence is meant', () => {
  const alone = { ...verdict, chosen: 'labels', unlabelled: null } as const;
  expect(verdictText(alone)).toBe(`This run gives the network that learnt from the labels alone: mIoU 46.0 %. ${BASIS}`);
  expect(verdictText({ ...alone, confidence: 'fitted' })).toMatch(/once\. The confidence of its predictions is fitted on your labels\.$/);
  expect(verdictText({ ...alone, scale: 1.4 })).toMatch(/once\. Images are looked at × 1\.4/);
});

it('says what the head was worth that the run began from', () => {
  const chosen = { ...verdict, chosen: 'unlabelled' } as const;
  expect(verdictText({ ...chosen, began: 0.47 })).toContain(
    ' On the same labels the head that it began from did 1.5 points of mIoU worse. ',
  );
  expect(verdictText({ ...chosen, began: 0.5 })).toContain(' the head that it began from did 1.5 points of mIoU better. ');
  expect(verdictText({ ...chosen, began: verdict.unlabelled })).toContain(' the head that it began from did as well. ');
});

it('says which threshold did best, and what training the whole network did', () => {
  const chosen = { ...verdict, chosen: 'unlabelled', gamma: 0.7 } as const;
  expect(verdictText(chosen)).toContain(' Unlabelled pixels count from a confidence of 0.7 on, which does best.');
  expect(verdictText({ ...verdict, chosen: 'labels', gamma: 0.7 })).not.toContain('count from');
  const tuned = { ...chosen, tuning: { before: 0.5, after: 0.54, steps: 1200 } } as const;
  expect(verdictText(tuned)).toMatch(/^This run gives the whole network, which learnt from the unlabelled images too: /);
  expect(verdictText(tuned)).toContain(' Training the whole network adds 4.0 points of mIoU in 1,200 steps.');
  expect(estimateOf(tuned)).toBe(0.54);
  const vain = { ...chosen, tuning: { before: 0.5, after: 0.5, steps: 0 } } as const;
  expect(verdictText(vain)).toMatch(/^This run gives the network that learnt from the unlabelled images too: /);
  expect(verdictText(vain)).toContain(' Training the whole network adds nothing to it.');
  const little = { ...chosen, tuning: { before: 0.5, after: 0.52, steps: 0 } } as const;
  expect(verdictText(little)).toContain(' Training the whole network adds 2.0 points of mIoU, too little for this run to rely on it.');
  expect(estimateOf(little)).toBe(chosen.unlabelled);
});
