import { BoxTool } from './tools/box';
import { BrushTool } from './tools/brush';
import { FillTool } from './tools/fill';
import { LassoTool } from './tools/lasso';
import { isReady, PatientTool } from './tools/patient';
import { PickTool } from './tools/pick';
import { PolygonTool } from './tools/polygon';
import { RegionTool } from './tools/region';
import { SelectTool } from './tools/select';
import { SnapTool } from './tools/snap';
import { SuperpixelTool } from './tools/superpixel';
import type { PointerInput, Tool, ToolHost, ToolId } from './tools/tool';
import { WandTool } from './tools/wand';

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
