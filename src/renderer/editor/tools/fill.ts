import { similarTo } from '../pixels';
import { everywhere } from '../raster/flood';
import { floodClosing } from '../raster/flood-closing';
import type { EditorSession } from '../session';
import { inImage, pixelIn, type ImageWindow } from '../window';
import { ClickTool, type Pixel } from './click';
import { beginPaint } from './tool';

/** One click fills the pixels of the same label, or of a similar colour, as the one clicked: the joined ones, gaps closed, or all. */
export class FillTool extends ClickTool {
  readonly id = 'fill';

  protected click({ document }: EditorSession, at: Pixel): void {
    const { options, pixels } = this.host;
    const { data } = document;
    const label = data[at.index];
    if (options.fillThrough === 'labels') this.#fill(document, at, (index) => data[index] === label);
    else {
      const seed = pixels && pixelIn(pixels, at);
      if (seed) this.#fill(pixels, seed, similarTo(pixels, seed.index, options.fillTolerance));
    }
  }

  #fill(window: ImageWindow, { x, y }: Pixel, accept: (index: number) => boolean): void {
    const { contiguous, fillGap, classId } = this.host.options;
    const spans = contiguous ? floodClosing(window, x, y, accept, fillGap) : everywhere(window, accept);
    const gesture = beginPaint(this.host, this.id);
    gesture?.write(inImage(spans, window), classId);
    gesture?.commit();
  }
}
