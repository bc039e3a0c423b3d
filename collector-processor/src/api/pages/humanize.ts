import { type Html, html } from './html.ts';

const narrowSpace = '\u202f';
const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** `76_200` → `21 h 10 min`: the two largest units, no more precise than one can use. */
export function duration(seconds: number): string {
  if (seconds < 0) return `−${duration(-seconds)}`;
  if (seconds < 10) return `${Number(seconds.toFixed(1))}${narrowSpace}s`;
  // Rounded before it is split, so that 59 min 59.9 s is 1 h and never 60 min.
  const smallest = seconds >= 24 * 86_400 ? 86_400 : seconds >= 86_400 ? 3600 : seconds >= 600 ? 60 : 1;
  const parts: string[] = [];
  let rest = Math.round(seconds / smallest) * smallest;
  for (const [name, size] of units) {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount > 0) parts.push(`${amount}${narrowSpace}${name}`);
  }
  return parts.slice(0, 2).join(' ');
}

/** `0.9996` → `99.9 %`. Cut, not rounded: what is not all must not read 100, nor what misses an objective as if it met it. */
export function percent(ratio: number): string {
  const tenths = Math.trunc(Number((ratio * 1000).toFixed(6)));
  return `${tenths % 10 === 0 ? tenths / 10 : (tenths / 10).toFixed(1)}${narrowSpace}%`;
}

/** An objective is shown as it was set: `0.995` → `99.5 %`. */
export function exactPercent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(6))}${narrowSpace}%`;
}

const counts = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
export function count(amount: number): string {
  return counts.format(amount);
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `2_500_000` → `2.5 MB`, in decimal units. */
export function bytes(amount: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(amount, 1)) / 3), byteUnits.length - 1);
  return `${Number((amount / 1000 ** power).toPrecision(3))}${narrowSpace}${byteUnits[power]}`;
}

/** A value in its unit: `s`, `1` (a ratio), `By` or a count. */
export function inUnit(value: number, unit: string): string {
  if (unit === 's') return duration(value);
  if (unit === 'By') return bytes(value);
  return unit === '1' ? percent(value) : count(value);
}

/** What stands where there is no number: unknown is never zero. */
export function noData(reason: string | null): Html {
  return html`<span class="unknown">no data${reason === null ? '' : ` – ${reason}`}</span>`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `10 Mar 2026, 09:24:05 UTC`. The script adds the reader's own time as a tooltip. */
export function utc(at: string): Html {
  return html`<time datetime="${at}">${utcText(at)}</time>`;
}

export function utcText(at: string): string {
  const time = new Date(at);
  return `${time.getUTCDate()} ${months[time.getUTCMonth()]} ${time.getUTCFullYear()}, ${clockText(at)} UTC`;
}

/** `09:24:05`. */
export function clockText(at: string): string {
  return new Date(at).toISOString().slice(11, 19);
}

/** `10 Mar`. */
export function dayText(at: string): string {
  const time = new Date(at);
  return `${time.getUTCDate()} ${months[time.getUTCMonth()]}`;
}

/** `6 min ago`, with the full time as tooltip; `never` for null. */
export function since(at: string | null, nowMs: number): Html {
  if (at === null) return html`<span class="unknown">never</span>`;
  const seconds = (nowMs - Date.parse(at)) / 1000;
  const words = seconds < 0 ? `in ${duration(-seconds)}` : seconds < 1 ? 'now' : `${duration(seconds)} ago`;
  return html`<time datetime="${at}" title="${utcText(at)}">${words}</time>`;
}

/** `fixed_unverified` → `fixed unverified`. */
export function words(name: string): string {
  return name.replaceAll('_', ' ');
}
