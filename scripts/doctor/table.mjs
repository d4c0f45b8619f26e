/** @typedef {import('./index.mjs').Check} Check */

const marks = { ok: 'ok', missing: 'MISSING', note: 'note' };

/**
 * @param {Check[]} checks
 * @returns {string} one table, its columns aligned, and a last line that says whether all is there
 */
export function table(checks) {
  const rows = checks.flatMap(({ name, state, detail, remedy }) => [
    [name, marks[state], detail],
    ...(remedy ? [['', '', `→ ${remedy}`]] : []),
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) => `${row[0].padEnd(widths[0])}  ${row[1].padEnd(widths[1])}  ${row[2]}`);
  const missing = checks.filter((check) => check.state === 'missing').length;
  const verdict = missing === 0 ? 'Everything that Espalier needs is there.' : `${missing} missing; the arrows say how to get it.`;
  return `${lines.join('\n')}\n\n${verdict}\n`;
}
