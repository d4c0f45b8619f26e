import { IGNORE } from '@shared/mask';
import type { Gesture } from '../gesture';
import type { ImagePoint, Rect, ScreenPoint } from '../geometry';
import type { ImagePixels } from '../pixels';
import { writeRule, type PaintMode } from '../rules';
import type { EditorSession, Save } from '../session';
import type { Embedding } from '../snap/embedding';
import type { Spans } from '../spans';
import type { StampShape } from '../stamp';
import type { Superpixels } from '../superpixels/superpixels';
import type { PredictionPlanes } from '../raster/region';

export const TOOL_IDS = [
  'select',
  'brush',
  'eraser',
  'polygon',
  'rectangle',
  'ellipse',
  'fill',
  'wand',
  'superpixel',
  'snap',
  'region',
  'lasso',
  'pick',
] as const;
export type ToolId = (typeof TOOL_IDS)[number];

/** A pointer event, already in the image's coordinates. */
export interface PointerInput {
  readonly point: ImagePoint;
  readonly screen: ScreenPoint;
  /** CSS pixels per image pixel, for distances the hand feels. */
  readonly scale: number;
  /** 0–1; 0.5 where the device has none. */
  readonly pressure: number;
  readonly pen: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
}

/** What the user has set for the tools. */
export interface ToolOptions {
  classId: number;
  mode: PaintMode;
  /** Image pixels, 1–500. */
  brushSize: number;
  brushShape: StampShape;
  /** Pens: size follows pressure. */
  pressure: boolean;
  /** 0: the brush follows the pointer; towards 1 it lags and smooths. */
  stabiliser: number;
  /** What a fill spreads through: pixels of one label, or of one colour. */
  fillThrough: 'labels' | 'colour';
  /** 0–255, each of red, green and blue. */
  fillTolerance: number;
  /** Image pixels; a fill does not leak through gaps of up to this. */
  fillGap: number;
  wandTolerance: number;
  /** Percent: the more, the fainter the edges of the image at which the wand stops; 0: at none. */
  wandEdges: number;
  contiguous: boolean;
  regionOperation: 'holes' | 'grow' | 'shrink' | 'smooth';
  /** Image pixels by which a region grows, shrinks or is smoothed. */
  regionRadius: number;
  /** Image pixels between the centres of superpixels. */
  superpixelSize: number;
  /** Image pixels by which snap may move the border of a stroke. */
  snapReach: number;
}

export const DEFAULT_OPTIONS: ToolOptions = {
  classId: 0,
  mode: 'replace',
  brushSize: 12,
  brushShape: 'circle',
  pressure: true,
  stabiliser: 0,
  fillThrough: 'labels',
  fillTolerance: 24,
  fillGap: 0,
  wandTolerance: 16,
  wandEdges: 0,
  contiguous: true,
  regionOperation: 'holes',
  regionRadius: 2,
  superpixelSize: 16,
  snapReach: 8,
};

/** What a model says of the session's image, and how labels taken over from it are saved. */
export interface OfferedPrediction {
  readonly planes: Pick<PredictionPlanes, 'classes' | 'width'>;
  saving(region: Spans): Save;
}

/** What the tools work on and with. */
export interface ToolHost {
  readonly session: EditorSession | null;
  readonly options: ToolOptions;
  readonly locked: ReadonlySet<number>;
  /** Null while they are being read. */
  readonly pixels: ImagePixels | null;
  readonly superpixels: Superpixels | null;
  readonly prediction: OfferedPrediction | null;
  /** What the newest run's teacher sees of the image. */
  readonly embedding: Embedding | null;
  setClass(id: number): void;
  setBrushSize(size: number): void;
}

/** What a tool shows above the image before it becomes pixels. */
export type Draft =
  | { readonly kind: 'path'; readonly points: readonly ImagePoint[]; readonly next: ImagePoint | null; readonly vertices: boolean }
  | { readonly kind: 'box'; readonly rect: Rect; readonly round: boolean };

/** A small state machine fed with pointer events; writes pixels through the host's session. */
export interface Tool {
  readonly id: ToolId;
  /** Name of the present state, `idle` between gestures. */
  readonly state: string;
  readonly draft: Draft | null;
  down(pointer: PointerInput): void;
  move(pointer: PointerInput): void;
  up(pointer: PointerInput): void;
  /** Enter: finishes what is being drawn. */
  commit(): void;
  /** Escape: leaves the labels as before. */
  cancel(): void;
  /** Backspace: takes the last point back. */
  back(): void;
}

/** Starts a gesture that writes `value` as the options say, or null when nothing can be painted now. */
export function beginPaint(host: ToolHost, tool: ToolId, value: number = host.options.classId, save?: Save): Gesture | null {
  const { mode, classId } = host.options;
  return host.session?.begin(tool, writeRule(mode, value, classId, host.locked), save) ?? null;
}

export const ERASE = IGNORE;

/** Index of the pixel under a point, or null outside of the image. */
export function pixelAt(session: EditorSession, point: ImagePoint): { x: number; y: number; index: number } | null {
  const { width, height } = session.document;
  const [x, y] = [Math.floor(point.x), Math.floor(point.y)];
  return x >= 0 && y >= 0 && x < width && y < height ? { x, y, index: y * width + x } : null;
}
