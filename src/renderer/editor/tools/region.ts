import { flood } from '../raster/flood';
import { grow, holesOf, shrink, smooth } from '../raster/morphology';
import { writeRule } from '../rules';
import type { EditorSession } from '../session';
import { ClickTool, type Pixel } from './click';
import { ERASE } from './tool';

/**
 * Works on the region clicked, the joined pixels of one class: fills its holes, grows, shrinks or smooths it.
 * Pixels it gives up become unlabelled; pixels it takes follow the paint mode.
 */
export class RegionTool extends ClickTool {
  readonly id = 'region';

  protected click(session: EditorSession, at: Pixel): void {
    const { document } = session;
    const { data } = document;
    const classId = data[at.index]!;
    if (classId === ERASE) return;
    const region = flood(document, at.x, at.y, (index) => data[index] === classId);
    const { regionOperation, regionRadius, mode } = this.host.options;
    const rule = writeRule(mode, classId, classId, this.host.locked);
    if (!this.host.locked.has(classId)) rule[classId] = 1;
    const gesture = session.begin(this.id, rule);
    if (!gesture) return;
    switch (regionOperation) {
      case 'holes':
        gesture.write(holesOf(region, document), classId);
        break;
      case 'grow':
        gesture.write(grow(region, document, regionRadius), classId);
        break;
      case 'shrink':
      case 'smooth': {
        const change = regionOperation === 'shrink' ? shrink : smooth;
        gesture.write(region, ERASE);
        gesture.write(change(region, document, regionRadius), classId);
      }
    }
    gesture.commit();
  }
}
