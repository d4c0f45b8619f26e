import { expect, it } from 'vitest';
import { verdictText } from './verdict';

const verdict = { labels: 0.46, unlabelled: 0.485, images: 12, prior: 0, scale: 1, confidence: 'probability', tuning: null } as const;
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
