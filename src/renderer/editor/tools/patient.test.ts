import { describe, expect, it } from 'vitest';
import { at, HeadlessEditor } from '../testing/headless-editor';
import { isReady, PatientTool } from './patient';
import { DEFAULT_OPTIONS, type ToolHost, type ToolId } from './tool';

/** A tool of the editor's that waits for what it needs, as it does in the window. */
const patient = (editor: HeadlessEditor, id: ToolId): PatientTool =>
  new PatientTool(editor.tool(id), (pointer) => isReady(editor, id, pointer));

/** Two colours, left and right. */
const pixels = {
  width: 4,
  height: 2,
  data: Uint8ClampedArray.from({ length: 4 * 4 * 2 }, (_, i) => (Math.floor(i / 4) % 4 < 2 ? 0 : 200)),
};

describe('a tool that is used before what it needs was read', () => {
  it('does then what it was told', async () => {
    const editor = await HeadlessEditor.open(4, 2);
    editor.options.classId = 3;
    const wand = patient(editor, 'wand');
    wand.down(at(0, 0));
    wand.up(at(0, 0));
    expect([wand.state, ...editor.picture()]).toEqual(['waiting', '....', '....']);
    expect(wand.resume()).toBe(false);
    editor.pixels = pixels;
    expect(wand.resume()).toBe(true);
    expect([wand.state, ...editor.picture()]).toEqual(['idle', '33..', '33..']);
    expect(wand.resume()).toBe(false);
  });

  it('keeps every part of what it was told in order: a second press too', async () => {
    const editor = await HeadlessEditor.open(4, 2);
    const wand = patient(editor, 'wand');
    editor.options.classId = 1;
    wand.down(at(0, 0));
    wand.up(at(0, 0));
    wand.down(at(3, 0, { alt: true }));
    wand.up(at(3, 0, { alt: true }));
    editor.pixels = pixels;
    editor.paint('..22', '..22');
    wand.resume();
    expect(editor.picture()).toEqual(['11..', '11..']);
  });

  it('forgets it when the image changes meanwhile, or by Escape', async () => {
    const editor = await HeadlessEditor.open(4, 2);
    const wand = patient(editor, 'wand');
    wand.down(at(0, 0));
    wand.up(at(0, 0));
    wand.cancel();
    editor.pixels = pixels;
    expect([wand.state, wand.resume(), ...editor.picture()]).toEqual(['idle', false, '....', '....']);
  });

  it.each([
    ['brush', {}, true],
    ['lasso', {}, false],
    ['snap', { pixels }, false],
    ['snap', { pixels, embedding: { columns: 1, rows: 1, values: new Uint8Array(16) } }, true],
    ['superpixel', { pixels }, false],
    ['fill', {}, true],
    ['fill', { options: { ...DEFAULT_OPTIONS, fillThrough: 'colour' } }, false],
  ] as const)('%s needs labels, and more than %o: %s', async (id, has, ready) => {
    const { session, options, locked } = await HeadlessEditor.open(4, 2);
    const nothing = { pixels: null, superpixels: null, prediction: null, embedding: null };
    const host: ToolHost = { session, options, locked, ...nothing, setClass: () => undefined, setBrushSize: () => undefined, ...has };
    expect(isReady(host, id, at(1, 1))).toBe(ready);
    expect(isReady({ ...host, session: null }, id, at(1, 1))).toBe(false);
  });
});
