/** @typedef {import('./safetensors.mjs').Tensor} Tensor */

/**
 * Brings a PyTorch weight into TensorFlow's layout: convolutions (out, in, h, w) → (h, w, in, out), depthwise
 * convolutions (channels, 1, h, w) → (h, w, channels, 1), dense layers (out, in) → (in, out); vectors stay.
 * @param {string} name depthwise weights are known by it
 * @param {Tensor} tensor
 * @returns {Tensor}
 */
export function toTensorFlowLayout(name, tensor) {
  if (tensor.shape.length === 4) return transpose(tensor, name.includes('depthwise') ? [2, 3, 0, 1] : [2, 3, 1, 0]);
  if (tensor.shape.length === 2) return transpose(tensor, [1, 0]);
  return tensor;
}

/**
 * @param {Tensor} tensor
 * @param {number[]} axes source axis of each axis of the result
 * @returns {Tensor}
 */
export function transpose({ shape, values }, axes) {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  const newShape = axes.map((axis) => shape[axis]);
  const newStrides = axes.map((axis) => strides[axis]);
  const result = new Float32Array(values.length);
  for (let i = 0; i < result.length; i += 1) {
    let rest = i;
    let source = 0;
    for (let axis = axes.length - 1; axis >= 0; axis -= 1) {
      source += (rest % newShape[axis]) * newStrides[axis];
      rest = Math.floor(rest / newShape[axis]);
    }
    result[i] = values[source];
  }
  return { shape: newShape, values: result };
}
