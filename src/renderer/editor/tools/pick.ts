import type { EditorSession } from '../session';
import { ClickTool, type Pixel } from './click';
import { ERASE } from './tool';

/** Takes the class under the pointer as the one to paint with. */
export class PickTool extends ClickTool {
  readonly id = 'pick';

  protected click({ document }: EditorSession, at: Pixel): void {
    const classId = document.data[at.index]!;
    if (classId !== ERASE) this.host.setClass(classId);
  }
}
