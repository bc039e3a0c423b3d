import type { EventClass } from './event-class.ts';
import type { Tier } from './tier.ts';

/** Counted exactly, before any sampling: what sampled numbers are held against. */
export interface Volume {
  events: number;
  bytes: number;
}

/** What one kind of telemetry brought on one UTC day. */
export interface VolumeRow extends Volume {
  /** Days since 1970. */
  day: number;
  tenant: string;
  /** The source's id. */
  source: string;
  /** null: the record names no asset that the inventory knows. */
  tier: Tier | null;
  /** The asset's kind, e.g. `s3_bucket`; null as above. */
  assetClass: string | null;
  eventClass: EventClass;
}

export type VolumeDimension = 'tenant' | 'source' | 'tier' | 'assetClass' | 'eventClass';

/** Sums by one dimension, the most bytes first; what is unknown is under `unknown`. */
export function volumesBy(rows: Iterable<VolumeRow>, dimension: VolumeDimension): [name: string, volume: Volume][] {
  const sums = new Map<string, Volume>();
  for (const row of rows) {
    const name = row[dimension] ?? 'unknown';
    const sum = sums.get(name) ?? { events: 0, bytes: 0 };
    sums.set(name, { events: sum.events + row.events, bytes: sum.bytes + row.bytes });
  }
  return [...sums].sort(([, a], [, b]) => b.bytes - a.bytes);
}

/** Shares of a whole number of bytes by weight, whole and of the same sum; equal shares where all weights are 0. */
export function allot(bytes: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let reached = 0;
  let given = 0;
  return weights.map((weight, index) => {
    reached += sum > 0 ? weight / sum : 1 / weights.length;
    const until = index === weights.length - 1 ? bytes : Math.floor(bytes * Math.min(1, reached));
    const share = until - given;
    given = until;
    return share;
  });
}
