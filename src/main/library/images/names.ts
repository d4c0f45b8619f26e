/** `dir/img_2.png` → `dir/img_2`. Names are compared in one Unicode form, whatever the file system keeps. */
export function stemOf(path: string): string {
  return path.replace(/\.[^./]*$/, '').normalize('NFC');
}

/** `dir/img_2` → `img_2` */
export function lastPart(stem: string): string {
  return stem.slice(stem.lastIndexOf('/') + 1);
}

/**
 * A key whose plain order is the natural one: case aside, folder by folder, numbers by value (`img2` before `img10`).
 * Each number is written as its count of digits and then its digits.
 */
export function sortNameOf(path: string): string {
  return path
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('/', '\u0001')
    .replace(/\d+/g, (digits) => {
      const number = digits.replace(/^0+(?=\d)/, '');
      return String(number.length).padStart(3, '0') + number;
    });
}
