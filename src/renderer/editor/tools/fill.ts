import { similarTo } from '../pixels';
import { everywhere, flood } from '../raster/flood';
import type { EditorSession } from '../session';
import { ClickTool, type Pixel } from './click';
import { beginPaint } from './tool';

/** One click fills the pixels of the same label, or of a similar colour, as the one clicked: the joined ones, or all. */
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
    const spans = options.contiguous ? flood(document, at.x, at.y, accept) : everywhere(document, accept);
    const gesture = beginPaint(this.host, this.id);
    gesture?.write(spans, options.classId);
    gesture?.commit();
  }
}
