import type { ImagePixels } from '../pixels';

/** sRGB bytes to linear light. */
const LINEAR = Float32Array.from({ length: 256 }, (_, v) => {
  const c = v / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});

const curve = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (t * (24389 / 27) + 16) / 116);

/** CIELAB (D65) triples L, a, b of every pixel, in which equal distances look about equally different. */
export function toLab({ data, width, height }: ImagePixels): Float32Array {
  const lab = new Float32Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const [r, g, b] = [LINEAR[data[i * 4]!]!, LINEAR[data[i * 4 + 1]!]!, LINEAR[data[i * 4 + 2]!]!];
    const x = curve((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
    const y = curve(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
    const z = curve((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
    lab[i * 3] = 116 * y - 16;
    lab[i * 3 + 1] = 500 * (x - y);
    lab[i * 3 + 2] = 200 * (y - z);
  }
  return lab;
}
