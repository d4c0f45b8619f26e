import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readPlaywright, readVitest, sum, summary } from './results.mjs';

/** @param {unknown} content */
function report(content) {
  const file = join(mkdtempSync(join(tmpdir(), 'espalier-')), 'report.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const passed = { status: 'passed' };
const failed = { status: 'failed' };
const skipped = { status: 'pending' };

it('counts unit tests by their outcome', () => {
  const file = report({ testResults: [{ status: 'failed', assertionResults: [passed, passed, failed, skipped] }] });
  expect(readVitest(file, 1)).toEqual({ passed: 2, failed: 1, skipped: 1 });
});

it('counts a test file that could not be loaded as a failure', () => {
  const file = report({
    testResults: [
      { status: 'failed', assertionResults: [] },
      { status: 'passed', assertionResults: [passed] },
    ],
  });
  expect(readVitest(file, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

it('counts a failed run as a failure although every test passed', () => {
  expect(readVitest(report({ testResults: [{ status: 'passed', assertionResults: [passed] }] }), 1).failed).toBe(1);
  expect(readPlaywright(report({ stats: { expected: 3, unexpected: 0, flaky: 0, skipped: 0 } }), 1).failed).toBe(1);
});

it('counts a missing report as a failure', () => {
  expect(readVitest('/nowhere.json', 0).failed).toBe(1);
  expect(readPlaywright('/nowhere.json', 0).failed).toBe(1);
});

it('counts a journey that passed only when repeated as failed', () => {
  const file = report({ stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 2 } });
  expect(readPlaywright(file, 1)).toEqual({ passed: 3, failed: 2, skipped: 2 });
});

it('prints one line', () => {
  const total = sum([
    { passed: 2, failed: 0, skipped: 0 },
    { passed: 1, failed: 1, skipped: 0 },
  ]);
  expect(summary(total)).toBe('3 passed, 1 failed');
  expect(summary({ ...total, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
});
