/** Calendar periods with a time zone: when each one starts, daylight saving included. */
import type { Calendar } from './slo.ts';

interface LocalTime {
  year: number;
  /** From 1. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

/** Starts of the periods (Unix seconds) from the one that holds `fromMs` to the first at or after `toMs`. */
export function periodStarts(calendar: Calendar, fromMs: number, toMs: number): number[] {
  const first = parseLocal(calendar.startTime);
  const startOf = (index: number) => toUtc(shift(first, index * calendar.count, calendar.unit), calendar.timeZone);
  let index = Math.floor((fromMs - startOf(0)) / (startOf(1) - startOf(0)));
  while (startOf(index) > fromMs) index--;
  while (startOf(index + 1) <= fromMs) index++;
  const starts: number[] = [];
  for (; starts.length === 0 || startOf(index) < toMs; index++) starts.push(startOf(index) / 1000);
  return starts;
}

function parseLocal(text: string): LocalTime {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (text.match(/\d+/g) ?? []).map(Number);
  return { year, month, day, hour, minute, second };
}

const MONTHS = { M: 1, Q: 3, Y: 12 };

/** Months keep the day where it exists and use the last one where not. */
function shift(local: LocalTime, count: number, unit: Calendar['unit']): LocalTime {
  if (unit === 'd' || unit === 'w') {
    const date = new Date(Date.UTC(local.year, local.month - 1, local.day + count * (unit === 'w' ? 7 : 1)));
    return { ...local, year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  }
  const months = local.year * 12 + local.month - 1 + count * MONTHS[unit];
  const [year, month] = [Math.floor(months / 12), (months % 12) + 1];
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { ...local, year, month, day: Math.min(local.day, lastDay) };
}

/** A local time that a clock change repeats is its first occurrence; one that it skips moves forward by the gap. */
function toUtc(local: LocalTime, timeZone: string): number {
  const { year, month, day, hour, minute, second } = local;
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  const offsets = [asUtc - 86_400_000, asUtc + 86_400_000].map((ms) => offsetMs(ms, timeZone));
  const candidates = offsets.map((offset) => asUtc - offset).filter((ms) => ms + offsetMs(ms, timeZone) === asUtc);
  return candidates.length > 0 ? Math.min(...candidates) : asUtc - Math.min(...offsets);
}

function offsetMs(utcMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(utcMs);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return local - Math.floor(utcMs / 1000) * 1000;
}
