import { BoxTool } from './tools/box';
import { BrushTool } from './tools/brush';
import { FillTool } from './tools/fill';
import { LassoTool } from './tools/lasso';
import { PickTool } from './tools/pick';
import { PolygonTool } from './tools/polygon';
import { RegionTool } from './tools/region';
import { SelectTool } from './tools/select';
import { SnapTool } from './tools/snap';
import { SuperpixelTool } from './tools/superpixel';
import type { Tool, ToolHost, ToolId } from './tools/tool';
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
