import type { Random } from '../random.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The span of a history, epoch ms. */
export interface Calendar {
  startMs: number;
  endMs: number;
}

/** Days of the history, each with its midnight (UTC) and whether people work on it. */
function daysOf({ startMs, endMs }: Calendar): { midnightMs: number; working: boolean }[] {
  const days = [];
  for (let midnightMs = Math.floor(startMs / DAY) * DAY; midnightMs < endMs; midnightMs += DAY) {
    const weekday = new Date(midnightMs).getUTCDay();
    days.push({ midnightMs, working: weekday !== 0 && weekday !== 6 });
  }
  return days;
}

/** Instants at which something happens: `workday` times on a working day on average, mostly in office hours, and less at weekends. */
export function instants(calendar: Calendar, workday: number, random: Random): number[] {
  const found: number[] = [];
  // The first day is the first scans' alone: what they find is the backlog.
  const firstMs = calendar.startMs + DAY;
  for (const { midnightMs, working } of daysOf(calendar)) {
    const mean = working ? workday : workday * 0.3;
    const count = Math.floor(mean) + (random.chance(mean % 1) ? 1 : 0);
    for (let i = 0; i < count; i += 1) {
      const hours = random.chance(0.85) ? 7 + 5.5 * (random.next() + random.next()) : 24 * random.next();
      const atMs = Math.round(midnightMs + hours * HOUR);
      if (atMs >= firstMs && atMs < calendar.endMs) found.push(atMs);
    }
  }
  return found.sort((a, b) => a - b);
}

/** Every `intervalMs` from `firstMs` until the end. */
export function every(calendar: Calendar, firstMs: number, intervalMs: number): number[] {
  const found = [];
  for (let atMs = firstMs; atMs < calendar.endMs; atMs += intervalMs) found.push(atMs);
  return found;
}
