import type { Component } from 'svelte';
import Brush from '@lucide/svelte/icons/brush';
import Circle from '@lucide/svelte/icons/circle';
import Eraser from '@lucide/svelte/icons/eraser';
import Hexagon from '@lucide/svelte/icons/hexagon';
import LassoSelect from '@lucide/svelte/icons/lasso-select';
import Magnet from '@lucide/svelte/icons/magnet';
import MousePointer from '@lucide/svelte/icons/mouse-pointer-2';
import PaintBucket from '@lucide/svelte/icons/paint-bucket';
import Pipette from '@lucide/svelte/icons/pipette';
import Puzzle from '@lucide/svelte/icons/puzzle';
import Blend from '@lucide/svelte/icons/blend';
import Square from '@lucide/svelte/icons/square';
import Wand from '@lucide/svelte/icons/wand-sparkles';
import type { ToolId } from '../../editor/tools/tool';
import type { CommandId } from '../../state/shortcuts';
import type { Workbench } from '../../state/workbench.svelte';

interface ToolEntry {
  readonly id: ToolId;
  readonly name: string;
  readonly command: CommandId;
  readonly icon: Component<{ size?: number | string; 'aria-hidden'?: boolean | 'true' }>;
  /** Works on what a finished run says, or on whatever a model does. */
  readonly needs?: 'run' | 'model';
}

/** Whether there is what a tool needs. */
export function has({ preview, runs }: Workbench, needs: ToolEntry['needs']): boolean {
  return needs === undefined || runs.reviewable !== null || (needs === 'model' && preview.active);
}

/** The tools as the tool bar shows them, in groups. */
export const TOOL_GROUPS: readonly (readonly ToolEntry[])[] = [
  [{ id: 'select', name: 'Select', command: 'tool.select', icon: MousePointer }],
  [
    { id: 'brush', name: 'Brush', command: 'tool.brush', icon: Brush },
    { id: 'eraser', name: 'Eraser', command: 'tool.eraser', icon: Eraser },
  ],
  [
    { id: 'polygon', name: 'Polygon', command: 'tool.polygon', icon: Hexagon },
    { id: 'rectangle', name: 'Rectangle', command: 'tool.rectangle', icon: Square },
    { id: 'ellipse', name: 'Ellipse', command: 'tool.ellipse', icon: Circle },
  ],
  [
    { id: 'fill', name: 'Fill', command: 'tool.fill', icon: PaintBucket },
    { id: 'wand', name: 'Wand', command: 'tool.wand', icon: Wand },
    { id: 'superpixel', name: 'Superpixels', command: 'tool.superpixel', icon: Puzzle },
    { id: 'snap', name: 'Snap', command: 'tool.snap', icon: Magnet, needs: 'run' },
    { id: 'region', name: 'Region', command: 'tool.region', icon: Blend },
    { id: 'lasso', name: 'Lasso', command: 'tool.lasso', icon: LassoSelect, needs: 'model' },
  ],
  [{ id: 'pick', name: 'Pick class', command: 'tool.pick', icon: Pipette }],
];
