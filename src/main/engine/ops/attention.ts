import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, differentiable, kernel, kernelOutputs } from './kernel';
import { batchMatMul } from './mat-mul';

const FLOAT: Attributes = { T: { type: 'float32' } };

/**
 * Self-attention (Vaswani et al. 2017) of the tokens of each image: softmax(q kᵀ / √d) v in each head. Head by head, and anew for the
 * gradient: run eagerly it holds N² numbers of a head, not of all; a recorded graph may hold those of all heads at once.
 * @param projected queries, keys and values beside each other, each head by head, [n, N, 3 · C]
 * @param heads which divide C
 * @returns [n, N, C]
 */
export function attention(projected: tf.Tensor3D, heads: number): tf.Tensor3D {
  return differentiable(
    [projected],
    () => {
      const of = partsOf(projected, heads);
      const looked = Array.from({ length: heads }, (_, head) => {
        const { query, key, value } = of(head);
        return batchMatMul(weights(query, key), value);
      });
      return { value: tf.concat(looked, 2) as tf.Tensor3D, saved: [projected] };
    },
    (dy, [projected]) => [gradient(dy, projected as tf.Tensor3D, heads)],
  );
}

/** Queries, keys and values of a head, [n, N, d] each. */
function partsOf(projected: tf.Tensor3D, heads: number): (head: number) => Record<'query' | 'key' | 'value', tf.Tensor3D> {
  const parts = split(projected, 3 * heads);
  return (head) => ({ query: parts[head]!, key: parts[heads + head]!, value: parts[2 * heads + head]! });
}

function split(x: tf.Tensor, count: number): tf.Tensor3D[] {
  return kernelOutputs('Split', { ...FLOAT, num_split: { int: count } }, [tf.scalar(2, 'int32'), x], count) as tf.Tensor[] as tf.Tensor3D[];
}

/** How much each token looks at each other, [n, N, N]; rows sum to 1. */
function weights(query: tf.Tensor3D, key: tf.Tensor3D): tf.Tensor3D {
  return kernel('Softmax', FLOAT, [batchMatMul(tf.mul(query, scaleOf(query)), key, { transposeB: true })]);
}

/** 1 / √d */
const scaleOf = ({ shape: [, , size] }: tf.Tensor3D): number => 1 / Math.sqrt(size);

function gradient(dy: tf.Tensor, projected: tf.Tensor3D, heads: number): tf.Tensor {
  const of = partsOf(projected, heads);
  const ofHeads = split(dy, heads).map((dy, head) => {
    const { query, key, value } = of(head);
    const [shares, scale] = [weights(query, key), scaleOf(query)];
    const dShares = batchMatMul(dy, value, { transposeB: true });
    const along = tf.sum(tf.mul(dShares, shares), 2, true);
    const dScores = tf.mul(tf.mul(shares, tf.sub(dShares, along)), scale);
    return {
      query: batchMatMul(dScores, key),
      key: batchMatMul(dScores, query, { transposeA: true }),
      value: batchMatMul(shares, dy, { transposeA: true }),
    };
  });
  return tf.concat(
    (['query', 'key', 'value'] as const).flatMap((part) => ofHeads.map((head) => head[part])),
    2,
  );
}
