import { beforeEach, describe, expect, it } from 'vitest';
import { Acts } from './acts';

const said: string[] = [];
beforeEach(() => said.splice(0));

function act(name: string, ...images: number[]) {
  const say = (word: string) => () => {
    said.push(`${word} ${name}`);
    return Promise.resolve();
  };
  return { images, undo: say('undo'), redo: say('redo') };
}

describe('acts', () => {
  it('are undone in one order for all images, or in that of one image', async () => {
    const acts = new Acts();
    for (const each of [act('accept', 1), act('reject', 2), act('mark', 1, 2, 3), act('stroke', 1)]) acts.add(each);
    await acts.undo(null);
    await acts.undo(2);
    await acts.undo(2);
    await acts.undo(null);
    expect(said).toEqual(['undo stroke', 'undo mark', 'undo reject', 'undo accept']);
    expect([acts.canUndo(null), acts.canRedo(null), acts.canRedo(7)]).toEqual([false, true, false]);
    await acts.redo(2);
    await acts.redo(null);
    expect(said.slice(4)).toEqual(['redo reject', 'redo accept']);
  });

  it('cannot be done again once something else was done to the same image', async () => {
    const acts = new Acts();
    for (const each of [act('accept', 1), act('reject', 2)]) acts.add(each);
    await acts.undo(null);
    await acts.undo(null);
    acts.add(act('stroke', 1));
    await acts.redo(null);
    expect([said.at(-1), acts.canRedo(null)]).toEqual(['redo reject', false]);
  });

  it('are carried out one after the other, and one that fails holds none up', async () => {
    const acts = new Acts();
    acts.add(act('accept', 1));
    acts.add({ ...act('broken', 1), undo: () => Promise.reject(new Error('no')) });
    const first = acts.undo(null);
    await Promise.all([expect(first).rejects.toThrow('no'), acts.undo(null)]);
    expect(said).toEqual(['undo accept']);
    acts.add(act('refused', 1));
    acts.drop(1);
    expect(acts.canUndo(1)).toBe(false);
  });
});
