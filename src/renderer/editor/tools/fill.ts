import { similarTo } from '../pixels';
import { everywhere } from '../raster/flood';
import { floodClosing } from '../raster/flood-closing';
import type { EditorSession } from '../session';
import { ClickTool, type Pixel } from './click';
import { beginPaint } from './tool';

/** One click fills the pixels of the same label, or of a similar colour, as the one clicked: the joined ones, gaps closed, or all. */
export class FillTool extends ClickTool {
  readonly id = 'fill';

  protected click({ document }: EditorSession, at: Pixel): void {
    const { options, pixels } = this.host;
    const { data } = document;
    const label = data[at.index];
    const accept =
      options.fillThrough === 'labels'
        ? (index: number): boolean => data[index] === label
        : pixels && similarTo(pixels, at.index, options.fillTolerance);
    if (!accept) return;
    const spans = options.contiguous ? floodClosing(document, at.x, at.y, accept, options.fillGap) : everywhere(document, accept);
    const gesture = beginPaint(this.host, this.id);
    gesture?.write(spans, options.classId);
    gesture?.commit();
  }
}
