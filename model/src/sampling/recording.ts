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
  /** Nobody called it false. */
  isTrue: boolean;
  detectorClass: DetectorClass;
}

/** Items of a unit that have one fate for one reason: same tier, same class; or one heavy template. */
export interface Portion {
  unit: string;
  /** The same for the same unit. */
  unitNumber: number;
  tier: Tier;
  eventClass: EventClass;
  asset: string;
  items: readonly RecordedItem[];
  /** Of the items, traces of a phase. */
  phased: readonly RecordedItem[];
  events: number;
  bytes: number;
  /** Told by a summary: they are too many of one template. */
  summed: boolean;
  /** What is left of it where it is kept. */
  keptBytes: number;
}

/** Bytes of a summary beside its exemplars: template, unit, count, first and last time. */
const SUMMARY_BYTES = 400;

type Shape = Pick<SamplingPolicy, 'heavyItems' | 'whole' | 'exemplars'>;

/** Of recordings that were looked at: the curve and the sliders ask again and again about the same one. */
const known = new WeakMap<readonly RecordedItem[], { shape: string; portions: Portion[] }>();

/** They depend on what is summed up alone, not on probabilities. A recording must not change once it was asked about. */
export function portionsOf(items: readonly RecordedItem[], policy: Shape): Portion[] {
  const shape = JSON.stringify([policy.heavyItems, policy.whole, policy.exemplars]);
  const before = known.get(items);
  if (before?.shape === shape) return before.portions;
  const portions = makePortions(items, policy);
  known.set(items, { shape, portions });
  return portions;
}

function makePortions(items: readonly RecordedItem[], policy: Shape): Portion[] {
  const groups = Map.groupBy(
    items,
    ({ unit, asset, tier, eventClass, template }) => `${unit}\n${asset}\n${tier}\n${eventClass}\n${template}`,
  );
  const units = new Map<string, number>();
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
    const unitNumber = units.get(unit) ?? units.size;
    units.set(unit, unitNumber);
    const phased = members.filter(({ phase }) => phase !== null);
    return { unit, unitNumber, tier, eventClass, asset, items: members, phased, events, bytes, summed, keptBytes };
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
