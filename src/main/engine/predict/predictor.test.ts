import { describe, expect, test } from 'vitest';
import { EMBEDDING } from '@shared/run';
import type { Session, Values } from '../compile/program';
import { CONVOLUTIONAL_INPUT } from '../model/backbones/description';
import { Predictor } from './predictor';
import { entryName, type Shape } from '../programs/shape';
import type { ShapePlan } from './shapes';

/** A network that says of each pixel: class = red, p̃ = green / 255, d = blue / 255. */
function session(seen: Float32Array[], pruned = true): Session {
  return {
    assign: () => undefined,
    read: () => ({}),
    dispose: () => undefined,
    call(_, { image }) {
      seen.push(image as Float32Array);
      const channel = (c: number): Float32Array => (image as Float32Array).filter((_, i) => i % 3 === c);
      const outputs: Record<string, Values> = { classes: Int32Array.from(channel(0)), confidence: channel(1).map((v) => v / 255) };
      return pruned ? { ...outputs, similarity: channel(2).map((v) => v / 255) } : outputs;
    },
  };
}

const planOf = (shape: Shape): ShapePlan => ({ shapes: [shape], shapeFor: () => shape });

function picture(width: number, height: number): { width: number; height: number; data: Uint8Array } {
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 251) };
}

describe('Predictor', () => {
  test.each<[string, Shape]>([
    ['whole', [48, 64]],
    ['window by window', [16, 32]],
  ])('puts every pixel where it came from: %s', (_, shape) => {
    const image = picture(61, 43);
    const prediction = new Predictor(session([]), planOf(shape), CONVOLUTIONAL_INPUT.atOnce).predict([image])[0]!;
    for (let i = 0; i < 61 * 43; i++) {
      expect(prediction.classes[i]).toBe(image.data[3 * i]);
      expect(prediction.confidence[i]).toBeCloseTo(image.data[3 * i + 1]! / 255, 6);
      expect(prediction.similarity[i]).toBeCloseTo(image.data[3 * i + 2]! / 255, 6);
    }
  });

  test.each<[string, Shape]>([
    ['whole', [48, 64]],
    ['window by window', [16, 32]],
  ])('puts every cell of the embedding where it came from: %s', (_, shape) => {
    const { stride, channels } = EMBEDDING;
    const image = { width: 61, height: 43, data: Uint8Array.from({ length: 61 * 43 * 3 }, (_, i) => Math.floor(i / 3) % 61) };
    const [rows, columns] = [shape[0] / stride, shape[1] / stride];
    // Each cell says the column of its first pixel.
    const spoken: Session = {
      ...session([]),
      call: (_, { image }) => ({
        ...session([]).call(_, { image: image! }),
        embedding: Float32Array.from({ length: CONVOLUTIONAL_INPUT.atOnce * rows * columns * channels }, (_, i) => {
          // Of both images: rows go on in the second.
          const [row, column] = [Math.floor(i / channels / columns), Math.floor(i / channels) % columns];
          return image![(row * stride * shape[1] + column * stride) * 3]!;
        }),
      }),
    };
    const { embedding } = new Predictor(spoken, planOf(shape), CONVOLUTIONAL_INPUT.atOnce).predict([image])[0]!;
    expect(embedding).toHaveLength(16 * 11 * channels);
    embedding.forEach((value, i) => expect(Math.abs(value - (Math.floor(i / channels) % 16) * stride)).toBeLessThan(stride));
  });

  test('fills up with the last row and column', () => {
    const seen: Float32Array[] = [];
    new Predictor(session(seen), planOf([3, 4]), CONVOLUTIONAL_INPUT.atOnce).predict([
      { width: 2, height: 2, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) },
    ]);
    const row = (a: number[], b: number[]): number[] => [...a, ...b, ...b, ...b];
    const [top, bottom] = [row([1, 2, 3], [4, 5, 6]), row([7, 8, 9], [10, 11, 12])];
    expect(Array.from(seen[0]!.subarray(0, 36))).toEqual([...top, ...bottom, ...bottom]);
  });

  test('gives each image of a batch its own prediction, whatever the shapes', () => {
    const images = [picture(5, 5), picture(20, 9), picture(4, 5), picture(3, 3), picture(19, 9)];
    const plan: ShapePlan = { shapes: [], shapeFor: (_, width) => (width > 8 ? [16, 32] : [16, 16]) };
    const seen: Float32Array[] = [];
    const predictions = new Predictor(session(seen), plan, CONVOLUTIONAL_INPUT.atOnce).predict(images);
    expect(seen).toHaveLength(3);
    predictions.forEach(({ classes }, i) => expect(Array.from(classes)).toEqual([...images[i]!.data.filter((_, at) => at % 3 === 0)]));
  });

  test('doubts nothing without a pruned teacher', () => {
    const { similarity } = new Predictor(session([], false), planOf([16, 16]), CONVOLUTIONAL_INPUT.atOnce).predict([picture(5, 5)])[0]!;
    expect(similarity.every((d) => d === 1)).toBe(true);
  });

  test('names entries by shape', () => {
    expect(entryName([48, 64])).toBe('48x64');
  });
});
