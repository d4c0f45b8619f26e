import type { ImagePixels } from '../editor/pixels';
import type { Superpixels } from '../editor/superpixels/superpixels';
import SuperpixelWorker from './superpixel-worker?worker';
import type { SuperpixelRequest } from './superpixel-worker';

/** Computes superpixels in a worker; aborting ends it. `step` is the distance of their centres in image pixels. */
export function computeSuperpixels(pixels: ImagePixels, step: number, signal: AbortSignal): Promise<Superpixels> {
  return new Promise((resolve, reject) => {
    const worker = new SuperpixelWorker();
    const end = (then: () => void): void => {
      worker.terminate();
      then();
    };
    signal.addEventListener('abort', () => end(() => reject(new DOMException('superseded', 'AbortError'))));
    worker.onmessage = ({ data }: MessageEvent<Superpixels>) => end(() => resolve(data));
    worker.onerror = (event) => end(() => reject(new Error(event.message)));
    worker.postMessage({ pixels, step } satisfies SuperpixelRequest);
  });
}
