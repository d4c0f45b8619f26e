import { word } from './render';

/**
 * Viridis, by evenly spaced stops: perceptually uniform, ever lighter from low to high, and so the same to people who see colours otherwise
 * and on paper without any. Source: matplotlib's map of that name (CC0).
 */
const STOPS = ['#440154', '#482878', '#3e4989', '#31688e', '#26828e', '#1f9e89', '#35b779', '#6ece58', '#b5de2b', '#fde725'] as const;

/** The colour of a value in [0, 1], as `#rrggbb`. */
export function colorOf(value: number): string {
  const at = Math.min(Math.max(value, 0), 1) * (STOPS.length - 1);
  const low = Math.min(Math.floor(at), STOPS.length - 2);
  const [from, to] = [parseInt(STOPS[low]!.slice(1), 16), parseInt(STOPS[low + 1]!.slice(1), 16)];
  const channel = (shift: number): number => {
    const [a, b] = [(from >> shift) & 255, (to >> shift) & 255];
    return Math.round(a + (b - a) * (at - low));
  };
  return `#${((channel(16) << 16) | (channel(8) << 8) | channel(0)).toString(16).padStart(6, '0')}`;
}

/** The map as a CSS gradient, from low at the left to high at the right. */
export const GRADIENT = `linear-gradient(90deg, ${STOPS.join(', ')})`;

/**
 * Words by stored bytes, of a value of them.
 * @param valueOf by `(p byte << 8) | d byte`, in [0, 1]
 */
export function mapColors(valueOf: (bytes: number) => number, opacity: number): Uint32Array {
  const shades = Uint32Array.from({ length: 256 }, (_, i) => word(colorOf(i / 255), opacity));
  return Uint32Array.from({ length: 65536 }, (_, bytes) => shades[Math.round(valueOf(bytes) * 255)]!);
}
