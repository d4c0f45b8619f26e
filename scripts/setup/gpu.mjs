import { existsSync } from 'node:fs';
import { run } from './run.mjs';

/**
 * The NVIDIA GPUs of this machine, one name each; none where there is no driver. Only Linux has a GPU build of libtensorflow.
 * @returns {Promise<string[]>}
 */
export async function nvidiaGpus() {
  // Asking the driver takes a second on some machines: look for its device file first.
  if (process.platform !== 'linux' || !(existsSync('/dev/nvidia0') || existsSync('/dev/dxg'))) return [];
  const { code, output } = await run('nvidia-smi', ['--query-gpu=name,memory.total', '--format=csv,noheader'], { timeout: 10_000 });
  return code === 0 ? output.trim().split('\n').filter(Boolean) : [];
}
