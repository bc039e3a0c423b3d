/** OpenSLO v1 time windows. */
import type { Place } from '../document.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../duration.ts';
import type { Calendar, Period } from '../slo.ts';
import { SHORTHAND } from './validate.ts';

/** Months, quarters and years have a nominal length here; calendar windows count them truly. */
const UNIT_MS = {
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
  M: 30 * DAY_MS,
  Q: 90 * DAY_MS,
  Y: 365 * DAY_MS,
};

const SHORTEST_MS = DAY_MS;

/** Milliseconds; null when absent or wrong, which validation has reported. */
export function readShorthand(place: Place): number | null {
  const match = SHORTHAND.exec(place.text() ?? '');
  return match === null ? null : Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}

export function readPeriod(timeWindow: Place): Period | null {
  const window = timeWindow.items()[0];
  const duration = window?.get('duration');
  const ms = duration === undefined ? null : readShorthand(duration);
  if (window === undefined || duration === undefined || ms === null) return null;
  if (ms < SHORTEST_MS) {
    const hint = duration.text()?.endsWith('m') ? 'A month is 1M, a minute 1m' : 'Write for example 28d';
    duration.error('openslo.time_window', `"${duration.text()}" is shorter than a day`, hint);
    return null;
  }
  if (!window.get('calendar').exists) return { ms, calendar: null };
  const calendar = readCalendar(window);
  return calendar === null ? null : { ms, calendar };
}

function readCalendar(window: Place): Calendar | null {
  const [, count, unit] = /^(\d+)([dwMQY])$/.exec(window.get('duration').text() ?? '') ?? [];
  const startTime = window.get('calendar').get('startTime').text();
  const timeZone = window.get('calendar').get('timeZone').text();
  if (startTime === null || timeZone === null) return null;
  if (count === undefined || unit === undefined) {
    window
      .get('duration')
      .error('openslo.time_window', 'calendar windows last whole days or more', 'Write for example 1M');
    return null;
  }
  return { count: Number(count), unit: unit as Calendar['unit'], startTime, timeZone };
}
