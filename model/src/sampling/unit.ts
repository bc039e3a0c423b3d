import type { Json } from '../domain/format.ts';

/** What names the sender of a record, the first that is there. The compiled configurations look in the same order. */
export const SENDER_ATTRIBUTES = [
  'host.name',
  'k8s.node.name',
  'cloud.resource_id',
  'service.name',
  'cloud.account.id',
];
export const MINUTE_MS = 60_000;

/** The key of a unit outside of traces: its randomness is the SHA-256 of this. */
export function hostMinute(sender: string, timeMs: number): string {
  return `${sender}|${Math.floor(timeMs / MINUTE_MS)}`;
}

/** Who sent a record; `unknown` where the resource does not say. */
export function senderOf(resource: Readonly<Record<string, Json>>): string {
  for (const name of SENDER_ATTRIBUTES) {
    const value = resource[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return 'unknown';
}
