import type { Criticality } from '../domain/asset.ts';
import type { DetectorClass } from '../domain/observation.ts';
import type { EventClass } from './event-class.ts';
import { isSummed, type SamplingPolicy } from './policy.ts';
import type { Tier } from './tier.ts';

/** One record of an unsampled window: what a simulation needs to know of it. */
export interface RecordedItem {
  atMs: number;
  /** How many records of this kind it stands for; `bytes` are theirs together. */
  events: number;
  bytes: number;
  /** Items with the same unit share a fate: a trace id, or host and minute. */
  unit: string;
  /** What makes items alike within a unit, e.g. the rule or the log's template. */
  template: string;
  asset: string;
  criticality: Criticality | null;
  tier: Tier;
  source: string;
  eventClass: EventClass;
  /** The rule that fires on it; null: none does. */
  rule: string | null;
  /** The attack, incident or alert group that it is a trace of; null: it is none's. */
  phase: string | null;
  /** The kind of detector that saw the phase; absent where nobody said. */
  detectorClass?: DetectorClass;
}

/** A detection about an asset, for what its traces would have been. */
export interface DetectionMark {
  id: string;
  assetId: string;
  atMs: number;
  isTrue: boolean;
  detectorClass: DetectorClass;
}

/** Items of a unit that have one fate for one reason: same tier, same class; or one heavy template. */
export interface Portion {
  unit: string;
  tier: Tier;
  eventClass: EventClass;
  asset: string;
  items: readonly RecordedItem[];
  events: number;
  bytes: number;
  /** Told by a summary: they are too many of one template. */
  summed: boolean;
  /** What is left of it where it is kept. */
  keptBytes: number;
}

/** Bytes of a summary beside its exemplars: template, unit, count, first and last time. */
const SUMMARY_BYTES = 400;

export function portionsOf(items: Iterable<RecordedItem>, policy: SamplingPolicy): Portion[] {
  const groups = Map.groupBy(
    items,
    ({ unit, asset, tier, eventClass, template }) => `${unit}\n${asset}\n${tier}\n${eventClass}\n${template}`,
  );
  const portions = new Map<string, { items: RecordedItem[]; summed: boolean }>();
  for (const [key, group] of groups) {
    const { unit, asset, tier, eventClass } = group[0] as RecordedItem;
    const summed = isSummed(policy, tier, eventClass, eventsOf(group));
    // Light templates of a unit go together: they are kept or dropped together.
    const place = summed ? key : `${unit}\n${asset}\n${tier}\n${eventClass}`;
    const portion = portions.get(place) ?? { items: [], summed };
    for (const item of group) portion.items.push(item);
    portions.set(place, portion);
  }
  return [...portions.values()].map(({ items: members, summed }) => {
    const { unit, tier, eventClass, asset } = members[0] as RecordedItem;
    const bytes = bytesOf(members);
    const events = eventsOf(members);
    const keptBytes = summed ? (bytes / events) * Math.min(events, policy.exemplars) + SUMMARY_BYTES : bytes;
    return { unit, tier, eventClass, asset, items: members, events, bytes, summed, keptBytes };
  });
}

export function bytesOf(items: Iterable<{ bytes: number }>): number {
  let sum = 0;
  for (const { bytes } of items) sum += bytes;
  return sum;
}

export function eventsOf(items: Iterable<{ events: number }>): number {
  let sum = 0;
  for (const { events } of items) sum += events;
  return sum;
}
