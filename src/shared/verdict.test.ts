import { expect, it } from 'vitest';
import { verdictText } from './verdict';

const verdict = { labels: 0.46, unlabelled: 0.482, images: 12, prior: 0, scale: 1, confidence: 'probability' } as const;

it('says whether unlabelled images help, by which figures, and what the run gives', () => {
  expect(verdictText({ ...verdict, chosen: 'unlabelled' })).toBe(
    'The unlabelled images help: mIoU 48.2 % with them, 46.0 % without, on 12 labelled images, each held out once.',
  );
  expect(verdictText({ ...verdict, chosen: 'labels', unlabelled: 0.4 })).toContain(
    'do not help clearly here, so this is the network of labels alone',
  );
  expect(verdictText({ ...verdict, chosen: 'labels', unlabelled: null })).toBe(
    'Estimated mIoU 46.0 % on 12 labelled images, each held out once.',
  );
  expect(verdictText({ ...verdict, chosen: 'labels', confidence: 'fitted' })).toMatch(
    /once\. The confidence of its predictions is fitted on your labels\.$/,
  );
  expect(verdictText({ ...verdict, chosen: 'labels', unlabelled: null, scale: 1.4 })).toMatch(/once\. Images are looked at × 1\.4/);
});
