import { screenPoint, type ScreenPoint } from '../editor/geometry';
import type { PointerInput, Tool } from '../editor/tools/tool';
import { panBy, toImage, zoomAt, type Viewport } from '../editor/viewport';

/** What the input needs of the canvas around it. */
export interface InputTarget {
  readonly tool: Tool;
  view: Viewport;
  /** The pointer is somewhere over the canvas, or has left it. */
  hover(pointer: PointerInput | null): void;
  /** A click with the select tool. */
  pick(pointer: PointerInput): void;
  /** A tool was fed: what it shows may have changed. */
  worked(): void;
  /** The pan hand is out, or not. */
  panning(active: boolean): void;
  /** A drag begins, of whatever kind, or has ended. */
  dragging(active: boolean): void;
}

/** A press that moves less than this, in CSS pixels, is a click. */
const CLICK = 4;

type Drag =
  | { readonly kind: 'tool'; readonly pointerId: number }
  | {
      readonly kind: 'pan';
      readonly pointerId: number;
      readonly start: ScreenPoint;
      last: ScreenPoint;
      readonly click: PointerInput | null;
    }
  | { readonly kind: 'pinch'; centre: ScreenPoint; apart: number };

/** Turns the events of a canvas element into work of the tool, panning and zooming. Returns how to stop. */
export function listen(element: HTMLElement, target: InputTarget): () => void {
  let drag: Drag | null = null;
  let space = false;
  let over = false;
  const touches = new Map<number, ScreenPoint>();
  /** Where the element is in the window; found out between drags only, for that makes the page be laid out. */
  let box = element.getBoundingClientRect();
  const stop = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(type: K, handler: (event: HTMLElementEventMap[K]) => void): void =>
    element.addEventListener(type, handler, { signal: stop.signal, passive: false });

  const locate = (): void => {
    if (!drag) box = element.getBoundingClientRect();
  };
  const place = (event: MouseEvent): ScreenPoint => screenPoint(event.clientX - box.left, event.clientY - box.top);
  const inputOf = (event: PointerEvent): PointerInput => {
    const screen = place(event);
    const pen = event.pointerType === 'pen';
    const { shiftKey: shift, altKey: alt, pressure } = event;
    return { point: toImage(target.view, screen), screen, scale: target.view.scale, pressure, pen, shift, alt };
  };
  const centreOf = (): { centre: ScreenPoint; apart: number } => {
    const [a, b] = [...touches.values()] as [ScreenPoint, ScreenPoint];
    return { centre: screenPoint((a.x + b.x) / 2, (a.y + b.y) / 2), apart: Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)) };
  };

  const setDrag = (next: Drag | null): void => {
    const changed = (drag === null) !== (next === null);
    drag = next;
    if (changed) target.dragging(next !== null);
  };

  const press = (event: PointerEvent): void => {
    const input = inputOf(event);
    const select = target.tool.id === 'select' && event.button === 0;
    if (space || event.button === 1 || select) {
      setDrag({ kind: 'pan', pointerId: event.pointerId, start: input.screen, last: input.screen, click: select && !space ? input : null });
      target.panning(true);
    } else if (event.button === 0) {
      setDrag({ kind: 'tool', pointerId: event.pointerId });
      target.tool.down(input);
      target.worked();
    }
  };

  const pan = (to: ScreenPoint, state: Extract<Drag, { kind: 'pan' }>): void => {
    if (state.click && Math.hypot(to.x - state.start.x, to.y - state.start.y) < CLICK) return;
    target.view = panBy(target.view, to.x - state.last.x, to.y - state.last.y);
    state.last = to;
  };

  on('pointerdown', (event) => {
    element.focus({ preventScroll: true });
    locate();
    if (event.button === 1) event.preventDefault();
    if (event.pointerType === 'touch') touches.set(event.pointerId, place(event));
    if (touches.size === 2) {
      if (drag?.kind === 'tool') target.tool.cancel();
      setDrag({ kind: 'pinch', ...centreOf() });
      target.worked();
    } else if (!drag) press(event);
    if (drag) element.setPointerCapture(event.pointerId);
  });

  on('pointermove', (event) => {
    over = true;
    locate();
    if (touches.has(event.pointerId)) touches.set(event.pointerId, place(event));
    const input = inputOf(event);
    if (drag?.kind === 'pinch') {
      const now = centreOf();
      const zoomed = zoomAt(target.view, drag.centre, now.apart / drag.apart);
      target.view = panBy(zoomed, now.centre.x - drag.centre.x, now.centre.y - drag.centre.y);
      setDrag({ kind: 'pinch', ...now });
    } else if (drag?.kind === 'pan') {
      if (event.pointerId === drag.pointerId) pan(input.screen, drag);
    } else if (!drag || event.pointerId === drag.pointerId) {
      const events = drag ? event.getCoalescedEvents() : [];
      for (const each of events.length > 0 ? events : [event]) target.tool.move(inputOf(each));
      target.worked();
    }
    target.hover(inputOf(event));
  });

  const release = (event: PointerEvent, cancelled: boolean): void => {
    touches.delete(event.pointerId);
    const ended = drag;
    if (!ended || (ended.kind !== 'pinch' && ended.pointerId !== event.pointerId)) return;
    if (ended.kind === 'pinch' && touches.size > 0) return;
    setDrag(null);
    if (ended.kind === 'tool') {
      if (cancelled) target.tool.cancel();
      else target.tool.up(inputOf(event));
      target.worked();
    } else if (ended.kind === 'pan') {
      target.panning(space);
      const { click, last, start } = ended;
      if (click && !cancelled && last.x === start.x && last.y === start.y) target.pick(click);
    }
  };
  on('pointerup', (event) => release(event, false));
  on('pointercancel', (event) => release(event, true));
  // Comes after every release, which has then ended the drag; a pointer that is lost otherwise ends it here.
  on('lostpointercapture', (event) => release(event, true));
  on('pointerleave', () => {
    over = false;
    if (!drag) target.hover(null);
  });
  on('contextmenu', (event) => event.preventDefault());
  on('dblclick', (event) => event.preventDefault());

  on('wheel', (event) => {
    event.preventDefault();
    locate();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    if (event.shiftKey) target.view = panBy(target.view, -(event.deltaX || event.deltaY) * unit, 0);
    else target.view = zoomAt(target.view, place(event), Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0015)));
  });

  const key = (event: KeyboardEvent): void => {
    if (event.code === 'Space' && over && !(event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement)) {
      event.preventDefault();
      space = event.type === 'keydown';
      if (drag?.kind !== 'pan') target.panning(space);
    } else if (event.key === 'Backspace' && event.type === 'keydown' && event.target === element) {
      target.tool.back();
      target.worked();
    }
  };
  window.addEventListener('keydown', key, { signal: stop.signal });
  window.addEventListener('keyup', key, { signal: stop.signal });
  window.addEventListener('blur', () => (space = false), { signal: stop.signal });
  return () => {
    stop.abort();
    setDrag(null);
  };
}
