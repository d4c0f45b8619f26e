import type { ToolId } from '../../editor/tools/tool';

/** What a tool does with mouse and modifier keys, in a few words for the status bar. */
export const TOOL_HINTS: Readonly<Partial<Record<ToolId, string>>> = {
  brush: 'Shift: line · Alt-drag: size',
  eraser: 'Shift: line · Alt-drag: size',
  polygon: 'Click or draw · Enter or first corner: close · Alt-click: remove a corner',
  rectangle: 'Shift: square · Alt: from the centre',
  ellipse: 'Shift: circle · Alt: from the centre',
  fill: 'Click an area',
  wand: 'Drag sideways: tolerance · Shift: add · Alt: take away',
  superpixel: 'Click or paint over · Alt: take away',
  snap: 'Paint roughly; the border moves to what the model sees · Alt: take away',
  region: 'Click a region',
  lasso: 'Draw around what to take from the prediction, or the preview',
  select: 'Drag: pan · wheel: zoom',
};
