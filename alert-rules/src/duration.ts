/** Durations in milliseconds, as Prometheus writes them. */
const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_536_000_000 };

export const MINUTE_MS = UNIT_MS.m;
export const HOUR_MS = UNIT_MS.h;
export const DAY_MS = UNIT_MS.d;

const SHAPE = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** `5m`, `1h30m`, `28d`, `4w`; null when it is no Prometheus duration. Zero is `0s`. */
export function parseDuration(text: string): number | null {
  const match = SHAPE.exec(text);
  if (match === null || text === '') return null;
  const [, y, w, d, h, m, s, ms] = match.map((part) => (part === undefined ? 0 : Number(part)));
  return sum([y, UNIT_MS.y], [w, UNIT_MS.w], [d, UNIT_MS.d], [h, UNIT_MS.h], [m, UNIT_MS.m], [s, UNIT_MS.s], [ms, 1]);
}

/** In days and smaller (never weeks), so that `28d` stays `28d`. Whole milliseconds. */
export function formatDuration(ms: number): string {
  if (!Number.isInteger(ms) || ms < 0) throw new RangeError(`not a whole number of milliseconds: ${ms}`);
  let rest = ms;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const count = Math.floor(rest / UNIT_MS[unit]);
    rest -= count * UNIT_MS[unit];
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}

function sum(...parts: [number | undefined, number][]): number {
  return parts.reduce((total, [count = 0, unit]) => total + count * unit, 0);
}
