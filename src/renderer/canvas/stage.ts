import Konva from 'konva';
import { EMPTY_RECT, isEmpty, screenPoint, union, type Rect } from '../editor/geometry';
import { outlineOf } from '../editor/outline';
import type { EditorSession } from '../editor/session';
import type { Spans } from '../editor/spans';
import type { Draft } from '../editor/tools/tool';
import { fit, keepInSight, zoomAt, type Size, type Viewport } from '../editor/viewport';
import { DraftShapes } from './drafts';
import { Overlay } from './overlay';
import type { Picture } from './picture';
import { deviceRect, gridOf, renderLabels, type DeviceGrid, type LabelColors } from './render';
import { StampCursor, type Cursor } from './stamp-cursor';

/** What is shown of a model between the picture and the labels. */
export interface PredictionLook {
  /** Draws the device pixels of `rect`, into words of an image as wide as the grid. */
  draw(words: Uint32Array, grid: DeviceGrid, rect: Rect): void;
}

/** From this scale on, pixel borders are drawn. */
const GRID_SCALE = 12;
/** Device pixels of labels that are drawn at once. */
const AT_ONCE = 250_000;

/**
 * What is seen of an image, from bottom to top: picture, prediction, labels, drafts and cursor. Everything that changes is noted
 * and drawn once in the next animation frame; labels only where they changed.
 */
export class EditorStage {
  readonly #stage: Konva.Stage;
  readonly #layers = {
    picture: new Konva.Layer({ listening: false }),
    drafts: new Konva.Layer({ listening: false }),
  };
  readonly #picture: Konva.Shape;
  readonly #pixelGrid: Konva.Shape;
  readonly #prediction = new Overlay();
  readonly #labels = new Overlay();
  readonly #drafts: DraftShapes;
  readonly #stampCursor = new StampCursor();
  #cursor: Cursor | null = null;
  readonly #observer: ResizeObserver;
  #size: Size = { width: 1, height: 1 };
  #image: Size = { width: 1, height: 1 };
  #view: Viewport = { scale: 1, x: 0, y: 0 };
  #grid: DeviceGrid | null = null;
  #source: Picture | null = null;
  #session: EditorSession | null = null;
  #unlisten: (() => void) | null = null;
  #unlistenPicture: (() => void) | null = null;
  #labelColors: LabelColors | null = null;
  #predictionLook: PredictionLook | null = null;
  #showGrid = true;
  #frame = 0;
  #moved = true;
  #pictureStale = true;
  #dirty: Rect = EMPTY_RECT;
  #labelsStale = true;
  #predictionStale = true;
  #draftsStale = true;
  #cursorStale = true;
  #fitted = true;

  constructor(
    container: HTMLDivElement,
    private readonly onview: (view: Viewport, size: Size) => void,
  ) {
    Konva.autoDrawEnabled = false;
    this.#stage = new Konva.Stage({ container, width: 1, height: 1, listening: false });
    // The element around hears the pointer; Konva would ask for the layout of the page with every event.
    this.#stage.content.style.pointerEvents = 'none';
    const { picture, drafts } = this.#layers;
    this.#stage.add(picture, drafts);
    drafts.getNativeCanvasElement().before(this.#prediction.element, this.#labels.element);
    drafts.getNativeCanvasElement().after(this.#stampCursor.element);
    this.#picture = new Konva.Shape({ listening: false, sceneFunc: (context) => this.#paintPicture(context) });
    this.#pixelGrid = new Konva.Shape({ listening: false, sceneFunc: (context) => this.#drawPixelGrid(context) });
    picture.add(this.#picture, this.#pixelGrid);
    this.#drafts = new DraftShapes(drafts);
    this.#observer = new ResizeObserver(() => this.#resize(container.clientWidth, container.clientHeight));
    this.#observer.observe(container);
    this.#resize(container.clientWidth, container.clientHeight);
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#observer.disconnect();
    this.#unlisten?.();
    this.#unlistenPicture?.();
    this.#stage.destroy();
  }

  get view(): Viewport {
    return this.#view;
  }

  get size(): Size {
    return this.#size;
  }

  /** Canvas elements from bottom to top, for CSS filters on the picture. */
  get pictureElement(): HTMLCanvasElement {
    return this.#layers.picture.getNativeCanvasElement();
  }

  /** The image's size in its own pixels; the view fits it. */
  setImage(image: Size): void {
    this.#image = image;
    this.fit();
  }

  setPicture(picture: Picture | null): void {
    this.#unlistenPicture?.();
    this.#source = picture;
    this.#unlistenPicture = picture?.changed.on(() => this.#redrawPicture()) ?? null;
    this.#redrawPicture();
  }

  setSession(session: EditorSession | null): void {
    this.#unlisten?.();
    this.#session = session;
    this.#unlisten =
      session?.document.changed.on((rect) => {
        this.#dirty = union(this.#dirty, rect);
        this.#schedule();
      }) ?? null;
    this.#labelsStale = true;
    this.#schedule();
  }

  /** Null hides the labels. */
  setLabelColors(colors: LabelColors | null): void {
    this.#labelColors = colors;
    this.#labelsStale = true;
    this.#schedule();
  }

  setPrediction(look: PredictionLook | null): void {
    this.#predictionLook = look;
    this.#predictionStale = true;
    this.#schedule();
  }

  setPixelGrid(shown: boolean): void {
    this.#showGrid = shown;
    this.#redrawPicture();
  }

  #redrawPicture(): void {
    this.#pictureStale = true;
    this.#schedule();
  }

  setRegion(region: Spans | null): void {
    this.#drafts.setRegion(region && outlineOf(region));
    this.#draftsStale = true;
    this.#schedule();
  }

  setDraft(draft: Draft | null, color: string): void {
    if (!this.#drafts.setDraft(draft, color)) return;
    this.#draftsStale = true;
    this.#schedule();
  }

  /** Shows the exact pixels a stamp would cover; null hides it. */
  setCursor(cursor: Cursor | null): void {
    this.#cursor = cursor;
    this.#cursorStale = true;
    this.#schedule();
  }

  /** Draws what a stroke has changed now rather than in the next frame, where that is little: so the frame has nothing left to do. */
  paintLabels(): void {
    if (this.#moved || this.#labelsStale || isEmpty(this.#dirty)) return;
    const { x0, y0, x1, y1 } = this.#onScreen(this.#dirty);
    if ((x1 - x0) * (y1 - y0) <= AT_ONCE) this.#drawLabels(false);
  }

  setView(view: Viewport): void {
    this.#fitted = false;
    this.#show(keepInSight(view, this.#image, this.#size));
  }

  fit(): void {
    this.#show(fit(this.#image, this.#size));
    this.#fitted = true;
  }

  /** Zooms about the middle of the canvas. */
  zoom(factor: number): void {
    this.setView(zoomAt(this.#view, screenPoint(this.#size.width / 2, this.#size.height / 2), factor));
  }

  #show(view: Viewport): void {
    this.#view = view;
    this.#moved = true;
    this.#schedule();
    this.onview(view, this.#size);
  }

  #resize(width: number, height: number): void {
    if (width === 0 || height === 0) return;
    this.#size = { width, height };
    // The window may have been zoomed, or moved to another screen.
    for (const layer of Object.values(this.#layers)) layer.getCanvas().setPixelRatio(window.devicePixelRatio);
    this.#stage.size(this.#size);
    const { width: columns, height: rows } = this.#layers.picture.getNativeCanvasElement();
    for (const overlay of [this.#prediction, this.#labels]) overlay.resize({ width: columns, height: rows }, this.#ratio);
    if (this.#fitted) this.fit();
    else this.#show(keepInSight(this.#view, this.#image, this.#size));
  }

  get #ratio(): number {
    return this.#layers.picture.getCanvas().getPixelRatio();
  }

  get #device(): Size {
    return this.#labels.size;
  }

  #schedule(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const moved = this.#moved;
    this.#moved = false;
    if (moved) {
      this.#grid = gridOf(this.#view, this.#ratio, this.#device, this.#image);
      this.#drafts.place(this.#view);
    }
    if (moved || this.#pictureStale) this.#drawPicture();
    if (moved || this.#predictionStale) this.#drawPrediction();
    if (moved || this.#labelsStale || !isEmpty(this.#dirty)) this.#drawLabels(moved || this.#labelsStale);
    if (moved || this.#draftsStale) this.#drawDrafts();
    if (moved || this.#cursorStale) this.#drawCursor();
  }

  #drawPicture(): void {
    this.#pictureStale = false;
    this.#pixelGrid.visible(this.#showGrid && this.#view.scale >= GRID_SCALE);
    this.#layers.picture.draw();
  }

  #paintPicture(context: Konva.Context): void {
    const source = this.#source;
    if (!source || source.closed) return;
    const { scale, x, y } = this.#view;
    const ratio = this.#ratio;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    const pixel = (scale * ratio * this.#image.width) / source.width;
    source.draw(context, { x: x * ratio, y: y * ratio, scale: pixel, canvas: this.#device });
    context.restore();
  }

  #drawPixelGrid(context: Konva.Context): void {
    const { scale, x, y } = this.#view;
    const { width, height } = this.#size;
    context.beginPath();
    const line = (from: number, at: number): number => Math.round(from + at * scale) + 0.5;
    for (let i = Math.max(0, Math.ceil(-x / scale)); i <= this.#image.width && line(x, i) < width; i++) {
      context.moveTo(line(x, i), Math.max(y, 0));
      context.lineTo(line(x, i), Math.min(y + this.#image.height * scale, height));
    }
    for (let i = Math.max(0, Math.ceil(-y / scale)); i <= this.#image.height && line(y, i) < height; i++) {
      context.moveTo(Math.max(x, 0), line(y, i));
      context.lineTo(Math.min(x + this.#image.width * scale, width), line(y, i));
    }
    context.lineWidth = 1;
    context.strokeStyle = 'rgb(128 128 128 / 30%)';
    context.stroke();
  }

  #drawPrediction(): void {
    this.#predictionStale = false;
    const [look, grid] = [this.#predictionLook, this.#grid];
    if (look && grid) {
      const rect = deviceRect({ x0: 0, y0: 0, x1: this.#image.width, y1: this.#image.height }, this.#view, this.#ratio, this.#device, 1);
      this.#prediction.clear();
      this.#prediction.render(rect, (words) => look.draw(words, grid, rect));
    }
    this.#prediction.show(look !== null);
  }

  /** Where labels show, with the outlines beside them. */
  #onScreen(labels: Rect): Rect {
    return deviceRect(labels, this.#view, this.#ratio, this.#device, 2);
  }

  #drawLabels(all: boolean): void {
    const [session, colors, grid] = [this.#session, this.#labelColors, this.#grid];
    this.#labels.show(colors !== null);
    const rect = this.#onScreen(all ? { x0: 0, y0: 0, x1: this.#image.width, y1: this.#image.height } : this.#dirty);
    this.#dirty = EMPTY_RECT;
    this.#labelsStale = false;
    if (all) this.#labels.clear();
    if (session && colors && grid) {
      const { data, width } = session.document;
      this.#labels.render(rect, (words) => renderLabels(words, grid, rect, data, width, colors));
    }
  }

  #drawDrafts(): void {
    this.#draftsStale = false;
    show(this.#layers.drafts, !this.#drafts.empty);
  }

  #drawCursor(): void {
    this.#cursorStale = false;
    this.#stampCursor.place(this.#cursor, this.#view);
  }
}

/** Draws a layer, or takes it out of the page while there is nothing on it: what is not there costs nothing to compose. */
function show(layer: Konva.Layer, visible: boolean): void {
  if (layer.visible() !== visible) layer.visible(visible);
  if (visible) layer.draw();
}
