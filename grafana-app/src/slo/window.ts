const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The API keeps facts this long. */
const longestMs = 400 * DAY_MS;
/** A range that ends this close to now means now. */
const nowToleranceMs = 2 * MINUTE_MS;

/**
 * A dashboard's time range as the API asks for it: with all that is known today, also of what was imported later. `until` is absent for "now", so that the
 * processor's clock decides.
 */
export interface SliWindow {
  window: string;
  until?: string;
}

/** Whether a time range's end, epoch ms, is meant as now or later. */
export const endsNow = (toMs: number, nowMs: number): boolean => nowMs - toMs <= nowToleranceMs;

export function sliWindowOf(fromMs: number, toMs: number, nowMs: number): SliWindow {
  const endMs = Math.min(toMs, nowMs);
  const window = durationText(Math.min(Math.max(endMs - fromMs, MINUTE_MS), longestMs));
  return endsNow(endMs, nowMs) ? { window } : { window, until: new Date(endMs).toISOString() };
}

/** In the largest unit that is exact to the minute. A range in days may be an hour off where the clock was changed: days it remains. */
function durationText(ms: number): string {
  const days = Math.round(ms / DAY_MS);
  if (days >= 2 && Math.abs(ms - days * DAY_MS) <= HOUR_MS) return `${days}d`;
  const minutes = Math.round(ms / MINUTE_MS);
  if (minutes % 1440 === 0) return `${minutes / 1440}d`;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}

/** How far apart the points of a trend are, so that it has some 30 to 100 of them. */
export function stepOf(fromMs: number, toMs: number): string {
  const ms = toMs - fromMs;
  if (ms <= 3 * HOUR_MS) return '5m';
  if (ms <= 2 * DAY_MS) return '1h';
  if (ms <= 14 * DAY_MS) return '6h';
  return '1d';
}

/** The range of the same length that ends where the range begins. */
export function previousWindow(fromMs: number, toMs: number): SliWindow {
  const window = durationText(Math.min(Math.max(toMs - fromMs, MINUTE_MS), longestMs));
  return { window, until: new Date(fromMs).toISOString() };
}
