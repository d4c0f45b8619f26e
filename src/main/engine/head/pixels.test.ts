import { expect, it } from 'vitest';
import { RandomStream } from '@shared/random';
import { chooseAnywhere, chooseLabelled } from './pixels';

const random = (): RandomStream => new RandomStream('test');

it('takes labelled pixels of each class by the root of how many there are, each standing for as many as are left out', () => {
  const classes = new Uint8Array(20_000).fill(255);
  classes.fill(0, 0, 10_000);
  classes.fill(2, 10_000, 10_100);
  const { places, labels, weights } = chooseLabelled(classes, 3, 110, random());
  const ofClass = (k: number): number[] => [...labels.keys()].filter((i) => labels[i] === k);
  expect([0, 1, 2].map((k) => ofClass(k).length)).toEqual([100, 0, 10]);
  expect(new Set(places).size).toBe(110);
  expect(places.every((place, i) => classes[place] === labels[i])).toBe(true);
  for (const [k, size] of [
    [0, 10_000],
    [2, 100],
  ] as const)
    expect(ofClass(k).reduce((sum, i) => sum + weights[i]!, 0)).toBeCloseTo(size, 1);
});

it('takes all pixels where fewer are labelled than wanted, and none where none is', () => {
  const few = chooseLabelled(Uint8Array.from([255, 1, 255, 0]), 2, 100, random());
  expect([...few.places].sort()).toEqual([1, 3]);
  expect([...few.weights]).toEqual([1, 1]);
  expect(chooseLabelled(new Uint8Array(9).fill(255), 2, 100, random()).places).toHaveLength(0);
});

it('takes pixels from every part of an image', () => {
  const { places, labels } = chooseAnywhere(300, 100, 75, random());
  expect(places).toHaveLength(75);
  expect(labels.every((label) => label === 255)).toBe(true);
  const cells = new Set(Array.from(places, (place) => `${Math.floor((place % 300) / 20)},${Math.floor(place / 300 / 20)}`));
  expect(cells.size).toBe(75);
});
