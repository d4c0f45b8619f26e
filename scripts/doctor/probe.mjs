// Runs in the Node of the child processes: loads TensorFlow, computes something, prints what it computes on.
import util from 'node:util';

// Gone since Node 23, but tfjs-node calls it.
Object.assign(util, { isNullOrUndefined: (/** @type {unknown} */ value) => value === null || value === undefined });
const { default: tf } = await import('@tensorflow/tfjs-node-gpu');

/** @type {import('@tensorflow/tfjs-node-gpu').KernelBackend & { isUsingGpuDevice?: boolean }} */
const backend = tf.backend();
const [value] = tf.matMul(tf.ones([1, 64]), tf.ones([64, 1])).dataSync();
if (value !== 64) throw new Error(`64 ones add up to ${value}`);
const seen = { backend: tf.getBackend(), gpu: Boolean(backend.isUsingGpuDevice), node: process.versions.node };
process.stdout.write(`${JSON.stringify(seen)}\n`);
