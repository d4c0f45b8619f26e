/** Numbers as people read them, each with its unit. */

/** Seconds as "45 s", "3 min", "1 h 20 min"; for how long something takes or is still to take. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 59.5) return `${Math.max(0, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** "3 min left", or that it is not known yet. */
export const timeLeft = (seconds: number | null): string => (seconds === null ? 'estimating time left' : `${duration(seconds)} left`);

/** A share 0…1 as "12 %", small non-zero ones as "< 1 %"; "100 %" is all of it. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  if (share > 0 && share < 0.01) return '< 1 %';
  if (share < 1 && share >= 0.995) return '> 99 %';
  return `${Math.round(share * 100)} %`;
}

/** "1 image", "12 images", with thousands separated. */
export function count(n: number, singular: string, plural = `${singular}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? singular : plural}`;
}

/** A number in at most `digits` significant digits, without an exponent where it can be read without. */
export function significant(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return '–';
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e6)) return value.toExponential(digits - 1);
  return String(Number(value.toPrecision(digits)));
}

const MOMENT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** A moment as "Nov 29, 2026, 5:43 PM". @param time as a Date takes it */
export const moment = (time: string | number): string => MOMENT.format(new Date(time));

/** Bytes as "120 MB", in thousands as disks are sold. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 99.5 ? Math.round(value) : significant(value, 2)} ${units[power]}`;
}
