import { BoxTool } from './box';
import { BrushTool } from './brush';
import { FillTool } from './fill';
import { LassoTool } from './lasso';
import { isReady, PatientTool } from './patient';
import { PickTool } from './pick';
import { PolygonTool } from './polygon';
import { RegionTool } from './region';
import { SelectTool } from './select';
import { SnapTool } from './snap';
import { SuperpixelTool } from './superpixel';
import type { PointerInput, Tool, ToolHost, ToolId } from './tool';
import { WandTool } from './wand';

/** One of each tool, all working through the same host. */
export function makeTools(host: ToolHost): Readonly<Record<ToolId, Tool>> {
  return {
    select: new SelectTool(),
    brush: new BrushTool(host, 'brush'),
    eraser: new BrushTool(host, 'eraser'),
    polygon: new PolygonTool(host),
    rectangle: new BoxTool(host, 'rectangle'),
    ellipse: new BoxTool(host, 'ellipse'),
    fill: new FillTool(host),
    wand: new WandTool(host),
    superpixel: new SuperpixelTool(host),
    snap: new SnapTool(host),
    region: new RegionTool(host),
    lasso: new LassoTool(host),
    pick: new PickTool(host),
  };
}

/** The same, each of which waits for what it needs. @param never tells of a press whether there is no use in waiting */
export function makePatientTools(
  host: ToolHost,
  never: (id: ToolId, pointer: PointerInput) => boolean,
): Readonly<Record<ToolId, PatientTool>> {
  const patient = (tool: Tool): PatientTool =>
    new PatientTool(tool, (pointer) => isReady(host, tool.id, pointer) || never(tool.id, pointer));
  return Object.fromEntries(Object.entries(makeTools(host)).map(([id, tool]) => [id, patient(tool)])) as Record<ToolId, PatientTool>;
}
