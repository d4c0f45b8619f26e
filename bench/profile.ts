import * as tf from '@tensorflow/tfjs-core';
import { type Binding, tensorFlowBackend } from '../src/main/engine/process/tensorflow';

export interface KernelTime {
  /** Name of the kernel, and the shapes of its inputs when asked for. */
  readonly kernel: string;
  readonly calls: number;
  /** Processor time of all threads, milliseconds: other work on the machine does not count. */
  readonly ms: number;
}

/**
 * Times each kernel that `work` runs eagerly, the slowest first. On a CPU a kernel has ended when its call returns; what a compiled
 * graph saves by fusing kernels and running them side by side is not in these figures.
 * @param shapes tells calls of a kernel on other shapes apart
 */
export function profileKernels(work: () => void, shapes: boolean): KernelTime[] {
  const backend = tensorFlowBackend(tf);
  const { binding } = backend;
  const sums = new Map<string, { calls: number; ms: number }>();
  const known = new Map<number, readonly number[]>();
  const timed: typeof binding.executeOp = (name, attributes, inputs, outputs) => {
    const before = process.cpuUsage();
    const results = binding.executeOp(name, attributes, inputs, outputs);
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1000;
    const key = shapes ? `${name} ${inputs.map((id) => `[${known.get(id)?.join(',') ?? ''}]`).join(' ')}` : name;
    const sum = sums.get(key) ?? { calls: 0, ms: 0 };
    sums.set(key, { calls: sum.calls + 1, ms: sum.ms + ms });
    for (const { id, shape } of results) known.set(id, shape);
    return results;
  };
  const create: typeof binding.createTensor = (shape, dtype, values) => {
    const id = binding.createTensor(shape, dtype, values);
    known.set(id, shape);
    return id;
  };
  // An heir, since the binding's own functions can neither be replaced nor hidden by a proxy.
  backend.binding = Object.create(binding, { executeOp: { value: timed }, createTensor: { value: create } }) as Binding;
  try {
    work();
  } finally {
    backend.binding = binding;
  }
  return [...sums].map(([kernel, sum]) => ({ kernel, ...sum })).sort((a, b) => b.ms - a.ms);
}

/** The slowest kernels as lines of a table. */
export function profileTable(times: readonly KernelTime[], rows = 24): string {
  const total = times.reduce((sum, { ms }) => sum + ms, 0);
  const lines = times
    .slice(0, rows)
    .map(
      ({ kernel, calls, ms }) =>
        `${ms.toFixed(1).padStart(9)} ms ${((100 * ms) / total).toFixed(1).padStart(5)} %${String(calls).padStart(6)} × ${kernel}`,
    );
  return [`${total.toFixed(1).padStart(9)} ms of processor time in all kernels, run one by one`, ...lines].join('\n');
}
