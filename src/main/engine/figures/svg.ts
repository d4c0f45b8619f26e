import { extent, nice, ticks } from 'd3-array';

/** A line of a chart: points in data coordinates. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Chart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
}

/** Told apart by colour and by dash, so that colour is not needed. */
const STYLES = [
  { color: '#1f5fa8', dash: 'none' },
  { color: '#c4511a', dash: '7 4' },
  { color: '#2d7d46', dash: '2 3' },
  { color: '#7a4a9c', dash: '9 3 2 3' },
  { color: '#666666', dash: '12 3' },
] as const;

const WIDTH = 640;
const AREA = { left: 72, top: 44, right: 620, bottom: 340 };
/** The legend stands below the chart, where no line passes. */
const LEGEND = { top: 400, columns: 2, row: 20 };
/** About so many steps to an axis. */
const STEPS = 5;

/** A line chart as a document of its own, on white. */
export function chartSvg({ title, x, y, series }: Chart): string {
  const [across, up] = [axisOf(series, 0), axisOf(series, 1)];
  const place = (value: number, { low, high }: Axis, from: number, to: number): number =>
    from + ((value - low) / (high - low)) * (to - from);
  const px = (value: number): number => place(value, across, AREA.left, AREA.right);
  const py = (value: number): number => place(value, up, AREA.bottom, AREA.top);
  const lines = series.map(({ points }, i) => {
    const path = points.map(([a, b]) => `${px(a).toFixed(1)},${py(b).toFixed(1)}`).join(' ');
    return `<polyline points="${path}" fill="none" ${strokeOf(i)}/>`;
  });
  const legend = series.map(({ name }, i) => {
    const left = AREA.left + ((i % LEGEND.columns) * (AREA.right - AREA.left)) / LEGEND.columns;
    const row = LEGEND.top + LEGEND.row * Math.floor(i / LEGEND.columns);
    return `<line x1="${left}" x2="${left + 28}" y1="${row - 4}" y2="${row - 4}" ${strokeOf(i)}/>${label(left + 36, row, name)}`;
  });
  const height = LEGEND.top + LEGEND.row * Math.ceil(series.length / LEGEND.columns);
  return page(title, height, [
    ...across.ticks.map((value) => label(px(value), AREA.bottom + 18, number(value), 'middle')),
    ...up.ticks.flatMap((value) => [
      `<line x1="${AREA.left}" x2="${AREA.right}" y1="${py(value).toFixed(1)}" y2="${py(value).toFixed(1)}" stroke="#ddd"/>`,
      label(AREA.left - 8, py(value) + 4, number(value), 'end'),
    ]),
    label((AREA.left + AREA.right) / 2, AREA.bottom + 36, x, 'middle'),
    `<g transform="rotate(-90 20 ${(AREA.top + AREA.bottom) / 2})">${label(20, (AREA.top + AREA.bottom) / 2, y, 'middle')}</g>`,
    ...lines,
    ...legend,
  ]);
}

function strokeOf(series: number): string {
  const { color, dash } = STYLES[series % STYLES.length]!;
  return `stroke="${color}" stroke-width="2" stroke-dasharray="${dash}"`;
}

/** A table as a document of its own; the first row is its head. */
export function tableSvg(title: string, rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map(({ length }) => length));
  const step = (WIDTH - 40) / columns;
  const cells = rows.flatMap((row, y) => row.map((cell, x) => label(20 + x * step, 68 + 26 * y, cell)));
  const rule = `<line x1="20" x2="${WIDTH - 20}" y1="76" y2="76" stroke="#888"/>`;
  return page(title, 68 + 26 * rows.length, [rule, ...cells]);
}

interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** An axis of round steps that holds every value; never empty. */
function axisOf(series: readonly Series[], axis: 0 | 1): Axis {
  const [least = 0, most = least] = extent(series.flatMap(({ points }) => points.map((point) => point[axis])));
  const [low, high] = nice(least, most === least ? least + 1 : most, STEPS);
  return { low, high, ticks: ticks(low, high, STEPS) };
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end' = 'start'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escape(text)}</text>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function page(title: string, height: number, content: readonly string[]): string {
  const heading = `<text x="20" y="26" font-size="15" font-weight="bold">${escape(title)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" fill="#222">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    heading,
    ...content,
    '</svg>\n',
  ].join('\n');
}
