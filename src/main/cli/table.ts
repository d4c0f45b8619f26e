/** Rows as text in aligned columns, the first row their heads: the first `left` columns to the left, numbers to the right. */
export function tableText(rows: readonly (readonly string[])[], left: number): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column < left ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

/** A share in per cent with one decimal; – for none. */
export const percentText = (share: number | null | undefined): string =>
  share === null || share === undefined ? '–' : (100 * share).toFixed(1);

/** A number between 0 and 1 with three decimals; – for none. */
export const decimalText = (value: number | null): string => (value === null ? '–' : value.toFixed(3));
