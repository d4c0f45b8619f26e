/** Numbers in [−1, 1) made from a name and their index, as the scripts of golden files make them. */
export function hashed(name: string, count: number): Float32Array {
  const salt = [...name].reduce((sum, character, i) => sum + character.charCodeAt(0) * (i + 1), 0) * 7919;
  return Float32Array.from({ length: count }, (_, i) => {
    let h = (Math.imul(i, 0x9e3779b1) + salt) | 0;
    h = Math.imul(h ^ (h >>> 15), 0x85ebca77);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae3d);
    return ((h ^ (h >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}
