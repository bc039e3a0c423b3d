/** Numbers as text. Unknown is an en dash everywhere, never a zero. */
export const UNKNOWN = '–';

const units: readonly [name: string, seconds: number][] = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
];

/** Seconds to about two figures: `42m`, `1h 40m`, `14h`, `2d 4h`, `28d`; under ten seconds with a decimal. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return UNKNOWN;
  if (seconds < 0) return `-${formatDuration(-seconds)}`;
  if (seconds < 10) return `${Number(seconds.toFixed(1))}s`;
  const index = units.findIndex(([, size]) => seconds >= size);
  const [unit, size] = units[index] ?? ['s', 1];
  const smaller = units[index + 1];
  const [restUnit, restSize] = seconds / size < 10 && smaller !== undefined ? smaller : [unit, size];
  const rounded = Math.round(seconds / restSize) * restSize;
  // 59m 59s rounds up to an hour, which reads better in hours.
  if (rounded >= (units[index - 1]?.[1] ?? Number.POSITIVE_INFINITY)) return formatDuration(rounded);
  const rest = Math.round((rounded % size) / restSize);
  const whole = `${Math.floor(rounded / size)}${unit}`;
  return rest === 0 ? whole : `${whole} ${rest}${restUnit}`;
}

/** A ratio 0..1 as percent. Never rounds something short of all up to 100 %, nor something more than nothing down to 0 %. */
export function formatPercent(ratio: number | null | undefined, decimals = 1): string {
  if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) return UNKNOWN;
  const step = 10 ** -decimals;
  let percent = Number((ratio * 100).toFixed(decimals));
  if (percent === 100 && ratio < 1) percent = 100 - step;
  if (percent === 0 && ratio > 0) percent = step;
  return `${Number(percent.toFixed(decimals))}%`;
}

/** A burn rate: how many times faster than the objective allows. */
export function formatBurn(rate: number | null | undefined): string {
  if (rate === null || rate === undefined || !Number.isFinite(rate)) return UNKNOWN;
  return `${rate >= 100 ? Math.round(rate) : Number(rate.toFixed(rate >= 10 ? 0 : 1))}×`;
}

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** A count, `12.3K` from ten thousand on. */
export function formatCount(count: number | null | undefined): string {
  if (count === null || count === undefined || !Number.isFinite(count)) return UNKNOWN;
  return Math.abs(count) < 10_000 ? String(Number(count.toFixed(1))) : compact.format(count);
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes in decimal units: `2.5 MB`. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return UNKNOWN;
  const power = Math.min(Math.max(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 0), byteUnits.length - 1);
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${byteUnits[power]}`;
}

/** An SLI's value by its unit: `s` a duration, `1` a ratio, `By` bytes, anything else a number. */
export function formatValue(value: number | null | undefined, unit: string): string {
  if (unit === 's') return formatDuration(value);
  if (unit === '1') return formatPercent(value);
  if (unit === 'By') return formatBytes(value);
  return formatCount(value);
}
