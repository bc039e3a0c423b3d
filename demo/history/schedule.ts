import { ACCOUNTS } from '../company/catalogue.ts';
import { type Calendar, DAY, every, MINUTE } from './calendar.ts';

/** Full scans of each account, at night and apart from each other. */
export function prowlerTimes(calendar: Calendar, accountId: string): number[] {
  const index = Object.values(ACCOUNTS).findIndex(({ id }) => id === accountId);
  return every(calendar, calendar.startMs + index * 9 * MINUTE, DAY);
}

export function securityHubTimes(calendar: Calendar, accountId: string): number[] {
  return prowlerTimes(calendar, accountId).map((atMs) => atMs + 4 * MINUTE);
}

/** When the operator renews a deployment's reports. */
export function trivyTimes(calendar: Calendar, index: number): number[] {
  return every(calendar, calendar.startMs + index * MINUTE, DAY);
}
