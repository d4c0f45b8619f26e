import { afterEach, expect, it, vi } from 'vitest';
import { protectionNotes } from './sandbox.mjs';

afterEach(() => vi.restoreAllMocks());

/** @param {number} uid */
function as(uid) {
  vi.spyOn(process, 'platform', 'get').mockReturnValue('linux');
  vi.spyOn(process, 'getuid').mockReturnValue(uid);
}

it('says nothing of an official Electron that a user starts', () => {
  as(1000);
  expect(protectionNotes({ version: '45.4.1', official: true, unsetFuses: [] })).toEqual([]);
});

it('says that a stand-in is old and that root has no sandbox', () => {
  as(0);
  const notes = protectionNotes({ version: '25.1.1', official: false, unsetFuses: [] });
  expect(notes).toHaveLength(2);
  expect(notes[0]).toContain('Electron 25.1.1 is an old stand-in');
  expect(notes[1]).toContain('runs without it');
});

it('names the fuses that are not set', () => {
  as(1000);
  const notes = protectionNotes({ version: '45.4.1', official: true, unsetFuses: ['RunAsNode'] });
  expect(notes).toEqual([expect.stringContaining('not set (RunAsNode)')]);
});
