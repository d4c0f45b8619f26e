import { describe, expect, it } from 'vitest';
import { indexRegions } from '../superpixels/superpixels';
import { at, HeadlessEditor } from '../testing/headless-editor';
import { random, same } from '../testing/numbers';
import { TOOL_IDS } from './tool';

const dots = (n: number): string => '.'.repeat(n);

describe('brush', () => {
  it('writes exact hard stamps from press to release, saved as one gesture', async () => {
    const editor = await HeadlessEditor.open(8, 5);
    editor.options.brushSize = 2;
    editor.options.classId = 1;
    editor.drag('brush', [
      [2, 2],
      [5, 2],
    ]);
    expect(editor.picture()).toEqual(['........', '.11111..', '.11111..', '........', '........']);
    await editor.session.flushed();
    expect(editor.store.calls).toEqual(['brush']);
  });

  it('draws lines with Shift, from the end of the last stroke', async () => {
    const editor = await HeadlessEditor.open(8, 4);
    editor.options.brushSize = 1;
    editor.drag('brush', [[0.5, 0.5]]);
    editor.drag('brush', [[6.5, 0.5]], { shift: true });
    expect(editor.picture()[0]).toBe('0000000.');
    editor.drag(
      'brush',
      [
        [3.5, 3.5],
        [6.5, 2.5],
        [6.5, 0.5],
      ],
      { shift: true },
    );
    expect(editor.picture()).toEqual(['0000000.', dots(8), dots(8), dots(8)]);
  });

  it('erases with the eraser and keeps other classes when told', async () => {
    const editor = await HeadlessEditor.open(4, 1);
    editor.paint('01.1');
    editor.options.brushSize = 1;
    editor.options.mode = 'preserve';
    editor.drag('brush', [
      [0.5, 0.5],
      [3.5, 0.5],
    ]);
    expect(editor.picture()).toEqual(['0101']);
    editor.drag('eraser', [
      [0.5, 0.5],
      [3.5, 0.5],
    ]);
    expect(editor.picture()).toEqual(['.1.1']);
    editor.locked.add(1);
    editor.options.mode = 'replace';
    editor.drag('eraser', [
      [0.5, 0.5],
      [3.5, 0.5],
    ]);
    expect(editor.picture()).toEqual(['.1.1']);
  });

  it('follows the pressure of a pen, and Alt-drag sets the size in image pixels', async () => {
    const editor = await HeadlessEditor.open(20, 20);
    editor.options.brushSize = 10;
    editor.drag('brush', [[10, 10]], { pen: true, pressure: 0.2 });
    expect(editor.session.document.counts[0]).toBe(4);
    editor.drag(
      'brush',
      [
        [2, 2],
        [5, 2],
      ],
      { alt: true, scale: 2 },
    );
    expect(editor.options.brushSize).toBe(13);
    expect(editor.session.document.counts[0]).toBe(4);
  });

  it('lags when steadied, and ends where the pointer is', async () => {
    const editor = await HeadlessEditor.open(12, 1);
    Object.assign(editor.options, { brushSize: 1, stabiliser: 0.5 });
    const brush = editor.tool('brush');
    brush.down(at(0.5, 0.5));
    brush.move(at(10.5, 0.5));
    expect(editor.picture()).toEqual(['000000......']);
    brush.up(at(10.5, 0.5));
    expect(editor.picture()).toEqual(['00000000000.']);
  });

  it('can be cancelled, and survives Ctrl+Z in the middle of a stroke', async () => {
    const editor = await HeadlessEditor.open();
    const brush = editor.tool('brush');
    brush.down(at(3, 3));
    brush.move(at(8, 8));
    expect(brush.state).toBe('painting');
    brush.cancel();
    expect(editor.session.document.counts[0]).toBe(0);
    brush.down(at(3, 3));
    editor.session.undo();
    brush.move(at(8, 8));
    brush.up(at(8, 8));
    expect(editor.session.document.counts[0]).toBe(0);
    expect(brush.state).toBe('idle');
  });
});

describe('polygon', () => {
  const square = [
    [1, 1],
    [5, 1],
    [5, 4],
    [1, 4],
  ] as const;
  const click = (editor: HeadlessEditor, x: number, y: number, alt = false): void => editor.drag('polygon', [[x, y]], { scale: 20, alt });

  it('is clicked corner by corner and closed by Enter, the first corner or a double click', async () => {
    for (const close of ['enter', 'first', 'double'] as const) {
      const editor = await HeadlessEditor.open(7, 5);
      for (const [x, y] of square) click(editor, x, y);
      expect(editor.session.document.counts[0]).toBe(0);
      if (close === 'enter') editor.tool('polygon').commit();
      else {
        const [x, y] = close === 'first' ? square[0] : square[3];
        click(editor, x, y);
      }
      expect(editor.picture()).toEqual([dots(7), '.0000..', '.0000..', '.0000..', dots(7)]);
      expect(editor.tool('polygon').state).toBe('idle');
    }
  });

  it('lets corners be moved, inserted on an edge and removed until then', async () => {
    const editor = await HeadlessEditor.open(10, 8);
    for (const [x, y] of square) click(editor, x, y);
    const drag = (from: readonly [number, number], to: readonly [number, number]): void =>
      editor.drag('polygon', [from, to], { scale: 20 });
    drag([5, 4], [7, 6]);
    drag([3, 1], [3, 0]);
    click(editor, 1, 4, true);
    const draft = editor.tool('polygon').draft;
    expect(draft).toMatchObject({
      kind: 'path',
      points: [
        { x: 1, y: 1 },
        { x: 3, y: 0 },
        { x: 5, y: 1 },
        { x: 7, y: 6 },
      ],
    });
    editor.tool('polygon').back();
    expect(editor.tool('polygon').draft).toMatchObject({ points: { length: 3 } });
    editor.tool('polygon').cancel();
    expect(editor.tool('polygon').draft).toBeNull();
  });

  it('is drawn freehand while the button is held, and closes when the line comes back', async () => {
    const editor = await HeadlessEditor.open(12, 12);
    const ring = Array.from({ length: 40 }, (_, i): [number, number] => {
      const angle = (i / 39) * 2 * Math.PI;
      return [6 + 4 * Math.cos(angle), 6 + 4 * Math.sin(angle)];
    });
    editor.drag('polygon', ring, { scale: 20 });
    expect(editor.session.document.counts[0]).toBeGreaterThan(44);
    expect(editor.session.document.counts[0]).toBeLessThan(56);
  });
});

describe('rectangle and ellipse', () => {
  it('become pixels on release', async () => {
    const editor = await HeadlessEditor.open(8, 5);
    editor.drag('rectangle', [
      [1, 1],
      [4, 3],
    ]);
    expect(editor.picture()).toEqual([dots(8), '.000....', '.000....', dots(8), dots(8)]);
    editor.options.classId = 2;
    editor.drag(
      'ellipse',
      [
        [4, 0],
        [8, 2],
      ],
      { shift: true },
    );
    expect(editor.picture()).toEqual(['.....22.', '.0002222', '.0002222', '.....22.', dots(8)]);
  });
});

describe('fill', () => {
  it('spreads through one label, or through all of it', async () => {
    const editor = await HeadlessEditor.open(5, 3);
    editor.paint('..1..', '..1..', '..1..');
    editor.options.classId = 3;
    editor.drag('fill', [[0.5, 0.5]]);
    expect(editor.picture()).toEqual(['331..', '331..', '331..']);
    editor.options.contiguous = false;
    editor.options.classId = 4;
    editor.drag('fill', [[4.5, 0.5]]);
    editor.drag('fill', [[2.5, 0.5]]);
    expect(editor.picture()).toEqual(['33444', '33444', '33444']);
  });

  it('does not leak through gaps up to the width told', async () => {
    const room = ['..1....', '..1....', '.......', '..1....', '..1....'];
    for (const [gap, filled] of [
      [0, ['221....', '221....', '2222222', '221....', '221....'].map((row) => row.replaceAll('.', '2'))],
      [1, ['221....', '221....', '222....', '221....', '221....']],
    ] as const) {
      const editor = await HeadlessEditor.open(7, 5);
      editor.paint(...room);
      Object.assign(editor.options, { classId: 2, fillGap: gap });
      editor.drag('fill', [[0.5, 0.5]]);
      expect(editor.picture()).toEqual(filled);
    }
  });

  it('spreads through similar colours', async () => {
    const editor = await HeadlessEditor.open(4, 1);
    const greys = [10, 20, 60, 12];
    editor.pixels = { width: 4, height: 1, data: Uint8ClampedArray.from(greys.flatMap((g) => [g, g, g, 255])) };
    editor.options.fillThrough = 'colour';
    editor.options.fillTolerance = 10;
    editor.drag('fill', [[0.5, 0.5]]);
    expect(editor.picture()).toEqual(['00..']);
  });
});

describe('wand', () => {
  const open = async (): Promise<HeadlessEditor> => {
    const editor = await HeadlessEditor.open(5, 1);
    const greys = [10, 20, 30, 40, 200];
    editor.pixels = { width: 5, height: 1, data: Uint8ClampedArray.from(greys.flatMap((g) => [g, g, g, 255])) };
    editor.options.wandTolerance = 10;
    return editor;
  };

  it('takes more as it is dragged right and less as it is dragged back', async () => {
    const editor = await open();
    const wand = editor.tool('wand');
    wand.down(at(0.5, 0.5));
    expect(editor.picture()).toEqual(['00...']);
    wand.move(at(60.5, 0.5));
    expect(editor.picture()).toEqual(['0000.']);
    wand.move(at(30.5, 0.5));
    wand.up(at(30.5, 0.5));
    expect(editor.picture()).toEqual(['000..']);
    await editor.session.flushed();
    expect(editor.store.calls).toEqual(['wand']);
  });

  it('stops at edges when told, and goes over them when tolerance alone decides', async () => {
    const editor = await HeadlessEditor.open(9, 3);
    const greys = [10, 11, 12, 13, 26, 27, 28, 29, 30];
    const row = greys.flatMap((g) => [g, g, g, 255]);
    editor.pixels = { width: 9, height: 3, data: Uint8ClampedArray.from([...row, ...row, ...row]) };
    editor.options.wandTolerance = 30;
    editor.drag('wand', [[0.5, 1.5]]);
    expect(editor.picture()[1]).toBe('000000000');
    editor.session.undo();
    editor.options.wandEdges = 60;
    editor.drag('wand', [[0.5, 1.5]]);
    expect(editor.picture()[1]).toBe('0000.....');
  });

  it('adds with Shift and takes away with Alt', async () => {
    const editor = await open();
    editor.drag('wand', [[0.5, 0.5]]);
    editor.drag('wand', [[4.5, 0.5]], { shift: true });
    expect(editor.picture()).toEqual(['00..0']);
    editor.drag('wand', [[0.5, 0.5]], { alt: true });
    expect(editor.picture()).toEqual(['....0']);
  });
});

describe('superpixels', () => {
  it('are taken whole by a click or by painting over them, none skipped', async () => {
    const editor = await HeadlessEditor.open(6, 2);
    const regions = Int32Array.of(0, 0, 1, 1, 2, 2, 0, 0, 1, 2, 2, 2);
    editor.superpixels = indexRegions(regions, 6, 2, 3);
    editor.drag('superpixel', [[0.5, 0.5]]);
    expect(editor.picture()).toEqual(['00....', '00....']);
    editor.options.classId = 1;
    editor.drag('superpixel', [
      [2.5, 0.5],
      [5.5, 0.5],
    ]);
    expect(editor.picture()).toEqual(['001111', '001111']);
    editor.drag('superpixel', [[2.5, 0.5]], { alt: true });
    expect(editor.picture()).toEqual(['00..11', '00.111']);
  });
});

describe('where the colours of a window only are known', () => {
  /** An image of 8 × 4, the colours of 4 × 2 of its pixels: two dark columns, two light ones. */
  const open = async (): Promise<HeadlessEditor> => {
    const editor = await HeadlessEditor.open(8, 4);
    const greys = [10, 12, 200, 201, 11, 10, 202, 200];
    const data = Uint8ClampedArray.from(greys.flatMap((g) => [g, g, g, 255]));
    editor.pixels = { width: 4, height: 2, origin: { x: 3, y: 1 }, data };
    return editor;
  };
  const half = ['........', '...00...', '...00...', '........'];

  it('the wand and the fill spread in it', async () => {
    for (const tool of ['wand', 'fill'] as const) {
      const editor = await open();
      editor.options.fillThrough = 'colour';
      editor.drag(tool, [[4.5, 2.5]]);
      expect(editor.picture()).toEqual(half);
      editor.drag(tool, [[0.5, 0.5]]);
      expect(editor.picture()).toEqual(half);
    }
  });

  it('superpixels are those of it', async () => {
    const editor = await open();
    editor.superpixels = { ...indexRegions(Int32Array.of(0, 0, 1, 1, 0, 0, 1, 1), 4, 2, 2), origin: { x: 3, y: 1 } };
    editor.drag('superpixel', [
      [0.5, 0.5],
      [3.5, 1.5],
    ]);
    expect(editor.picture()).toEqual(half);
  });
});

describe('region', () => {
  it('fills holes, grows and shrinks the region clicked', async () => {
    const editor = await HeadlessEditor.open(6, 5);
    editor.paint('......', '.111..', '.1.1..', '.111..', '......');
    editor.drag('region', [[1.5, 1.5]]);
    expect(editor.picture()).toEqual(['......', '.111..', '.111..', '.111..', '......']);
    editor.options.regionRadius = 1;
    editor.options.regionOperation = 'shrink';
    editor.drag('region', [[1.5, 1.5]]);
    expect(editor.picture()).toEqual(['......', '......', '..1...', '......', '......']);
    editor.options.regionOperation = 'grow';
    editor.drag('region', [[2.5, 2.5]]);
    expect(editor.picture()).toEqual(['......', '..1...', '.111..', '..1...', '......']);
  });
});

describe('pick', () => {
  it('takes the class under the pointer, never "unlabelled"', async () => {
    const editor = await HeadlessEditor.open(2, 1);
    editor.paint('5.');
    editor.drag('pick', [[0.5, 0.5]]);
    editor.drag('pick', [[1.5, 0.5]]);
    expect(editor.options.classId).toBe(5);
  });
});

describe('lasso', () => {
  it('turns the prediction inside it into labels, over unlabelled pixels only when told', async () => {
    const editor = await HeadlessEditor.open(4, 2);
    editor.paint('7...', '....');
    const classes = Uint8Array.of(0, 0, 1, 1, 0, 0, 1, 1);
    const regions: number[][] = [];
    editor.prediction = {
      planes: { width: 4, classes },
      saving: (region) => {
        regions.push([...region]);
        return (revision, diff) => editor.store.apply({ tool: 'accept', revision, diff });
      },
    };
    editor.options.mode = 'unlabelled';
    const around: [number, number][] = [
      [0, 0],
      [3, 0],
      [3, 2],
      [0, 2],
    ];
    editor.drag('lasso', around);
    expect(editor.picture()).toEqual(['701.', '001.']);
    await editor.session.flushed();
    expect(editor.store.calls).toEqual(['test', 'accept']);
    expect(regions).toEqual([[0, 0, 3, 1, 0, 3]]);
  });
});

describe('snap', () => {
  /** A bright square, 16 to 32 in both directions, which the teacher sees as well. */
  const open = async (): Promise<HeadlessEditor> => {
    const editor = await HeadlessEditor.open(48, 48);
    const inside = (x: number, y: number): boolean => x >= 16 && x < 32 && y >= 16 && y < 32;
    editor.pixels = {
      width: 48,
      height: 48,
      data: Uint8ClampedArray.from({ length: 48 * 48 * 4 }, (_, i) => (inside((i >> 2) % 48, Math.floor((i >> 2) / 48)) ? 200 : 60)),
    };
    const cells = 12 * 12;
    const values = Uint8Array.from({ length: cells * 16 }, (_, i) =>
      inside(((i % cells) % 12) * 4, Math.floor((i % cells) / 12) * 4) ? 150 : 110,
    );
    editor.embedding = { columns: 12, rows: 12, values };
    Object.assign(editor.options, { brushSize: 10, snapReach: 6 });
    return editor;
  };
  const path: [number, number][] = [
    [23, 22],
    [25, 26],
  ];

  it('shows the stroke while it is drawn, and what it comes to on release, saved as one gesture', async () => {
    const editor = await open();
    const snap = editor.tool('snap');
    snap.down(at(...path[0]!));
    const drawn = editor.session.document.data.reduce((n, v) => n + (v === 0 ? 1 : 0), 0);
    expect(drawn).toBeGreaterThan(60);
    expect(drawn).toBeLessThan(100);
    snap.move(at(...path[1]!));
    snap.up(at(...path[1]!));
    const rows = editor.picture();
    expect(rows[24]).toBe(dots(16) + '0'.repeat(16) + dots(16));
    expect(editor.session.document.counts[0]).toBeGreaterThan(240);
    expect(editor.session.document.counts[0]).toBeLessThanOrEqual(256);
    await editor.session.flushed();
    expect(editor.store.calls).toEqual(['snap']);
  });

  it('takes away with Alt, follows locks, can be cancelled, and rests without an embedding', async () => {
    const editor = await open();
    editor.drag('snap', path);
    const taken = editor.session.document.counts[0]!;
    editor.locked.add(0);
    editor.drag('snap', path, { alt: true });
    expect(editor.session.document.counts[0]).toBe(taken);
    editor.locked.clear();
    editor.drag('snap', path, { alt: true });
    expect(editor.session.document.counts[0]).toBe(0);
    editor.tool('snap').down(at(...path[0]!));
    editor.tool('snap').cancel();
    expect(editor.session.document.counts[0]).toBe(0);
    editor.embedding = null;
    editor.drag('snap', path);
    expect(editor.session.document.counts[0]).toBe(0);
  });
});

describe('all tools', () => {
  it('are undone exactly, whatever was done with them', async () => {
    const next = random(7);
    const editor = await HeadlessEditor.open(48, 40);
    editor.pixels = { width: 48, height: 40, data: Uint8ClampedArray.from({ length: 48 * 40 * 4 }, () => next() * 60) };
    editor.superpixels = indexRegions(
      Int32Array.from({ length: 48 * 40 }, (_, i) => Math.floor((i % 48) / 8) + 6 * Math.floor(i / 384)),
      48,
      40,
      30,
    );
    const values = Uint8Array.from({ length: 12 * 10 * 16 }, () => next() * 255);
    editor.embedding = { columns: 12, rows: 10, values };
    const plane = (most: number) => Uint8Array.from({ length: 48 * 40 }, () => next() * most);
    editor.prediction = {
      planes: { width: 48, classes: plane(4) },
      saving: () => (revision, diff) => editor.store.apply({ tool: 'accept', revision, diff }),
    };
    const ids = TOOL_IDS.filter((id) => id !== 'select' && id !== 'pick');
    const modes = ['replace', 'preserve', 'unlabelled'] as const;
    const operations = ['holes', 'grow', 'shrink', 'smooth'] as const;
    const states = [editor.session.document.data.slice()];
    for (let round = 0; round < 200; round++) {
      const id = ids[Math.floor(next() * ids.length)]!;
      Object.assign(editor.options, {
        classId: Math.floor(next() * 4),
        mode: modes[Math.floor(next() * 3)],
        brushSize: 1 + Math.floor(next() * 20),
        regionOperation: operations[Math.floor(next() * 4)],
        fillGap: Math.floor(next() * 6),
        wandEdges: Math.floor(next() * 2) * 40,
        snapReach: 1 + Math.floor(next() * 6),
      });
      const path = Array.from({ length: 1 + Math.floor(next() * 6) }, (): [number, number] => [next() * 60 - 6, next() * 50 - 5]);
      editor.drag(id, path, { shift: next() < 0.2, alt: next() < 0.2 });
      if (next() < 0.2) editor.tool(id).cancel();
      else editor.tool(id).commit();
      const data = editor.session.document.data.slice();
      if (!same(data, states[states.length - 1]!)) states.push(data);
    }
    expect(states.length).toBeGreaterThan(60);
    for (const expected of states.slice(0, -1).reverse()) {
      editor.session.undo();
      expect(same(editor.session.document.data, expected)).toBe(true);
    }
    for (const expected of states.slice(1)) {
      editor.session.redo();
      expect(same(editor.session.document.data, expected)).toBe(true);
    }
    await editor.session.flushed();
    expect(same(editor.store.map.data, editor.session.document.data)).toBe(true);
  });
});
