import { describe, expect, it } from 'vitest';
import { imagePoint, screenPoint } from './geometry';
import { fit, keepInSight, MAX_SCALE, MIN_SCALE, panBy, toImage, toScreen, visibleRect, zoomAt } from './viewport';

const screen = { width: 800, height: 600 };

describe('the viewport', () => {
  it('maps back and forth', () => {
    const view = { scale: 2.5, x: -30, y: 12 };
    const point = toImage(view, toScreen(view, imagePoint(7.25, 90)));
    expect(point.x).toBeCloseTo(7.25);
    expect(point.y).toBeCloseTo(90);
  });

  it('fits and centres any image', () => {
    const view = fit({ width: 8000, height: 1000 }, screen);
    expect(toScreen(view, imagePoint(0, 500))).toEqual(screenPoint(16, 300));
    expect(toScreen(view, imagePoint(8000, 500)).x).toBeCloseTo(784);
    expect(fit({ width: 1, height: 1 }, screen).scale).toBe(MAX_SCALE);
  });

  it('zooms about the pointer, within limits', () => {
    const view = fit({ width: 400, height: 300 }, screen);
    const at = screenPoint(123, 456);
    const before = toImage(view, at);
    const zoomed = zoomAt(view, at, 3);
    expect(toImage(zoomed, at).x).toBeCloseTo(before.x);
    expect(toImage(zoomed, at).y).toBeCloseTo(before.y);
    expect(zoomAt(view, at, 1e9).scale).toBe(MAX_SCALE);
    expect(zoomAt(view, at, 1e-9).scale).toBe(MIN_SCALE);
  });

  it('never loses the image', () => {
    const image = { width: 100, height: 100 };
    const lost = keepInSight(panBy({ scale: 1, x: 0, y: 0 }, -5000, 9000), image, screen);
    expect(lost).toEqual({ scale: 1, x: -68, y: 568 });
  });

  it('knows what shows', () => {
    expect(visibleRect({ scale: 2, x: -10, y: 20 }, { width: 1000, height: 100 }, screen)).toEqual({ x0: 5, y0: 0, x1: 405, y1: 100 });
  });
});
