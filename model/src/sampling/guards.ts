/** Whether a change of the tiers does what was promised: what it is taken back for. */
import type { GuardResult } from '../domain/sampling-rollout.ts';
import { NEVER_DROP } from './event-class.ts';
import { type SamplingPolicy, type Thresholds, thresholdFor, thresholdsOf } from './policy.ts';
import { type Portion, portionsOf, type RecordedItem } from './recording.ts';
import { isKept, probabilityOf } from './threshold.ts';

/** Of the recorded window, with what was decided then. */
export interface DecidedItem extends RecordedItem {
  /** The unit's, 14 hexadecimal digits. */
  randomness: string;
  keptBytes: number;
}

export interface GuardLimits {
  /** The kept share of the bytes may be so far from the closed form, and no further than chance explains. */
  keptShareOff: number;
  /** 95 % relative error of a count estimated from what is kept. */
  sliError: number;
  /** Fewer events say nothing about shares and errors. */
  leastEvents: number;
  /** With an override, recall on c0 and c1 may be so far below the prediction. */
  recallOff: number;
}

const Z_95 = 1.96;
const SIGMAS = 3;

export function guardResult(
  guard: string,
  value: number | null,
  bound: GuardResult['bound'],
  limit: number,
): GuardResult {
  const isBroken = value !== null && (bound === 'least' ? value < limit : value > limit);
  return { guard, value, limit, bound, isBroken };
}

export interface GuardedChange {
  /** What stood before. */
  before: SamplingPolicy;
  after: SamplingPolicy;
  /** `decided`: by what was kept; `shadow`: by what the candidate would have kept of the same units. */
  of: 'decided' | 'shadow';
  /** What recall on c0 and c1 may not fall below, where an override said so; null: nothing may be lost. */
  recallExpected: number | null;
}

/**
 * The guards over a window. Both policies see the same randomness: what the one kept and the other did not is known unit by unit, not
 * estimated.
 */
export function guardsOf(items: readonly DecidedItem[], change: GuardedChange, limits: GuardLimits): GuardResult[] {
  const faced = facedBy(items, change);
  const events = faced.reduce((sum, { portion }) => sum + portion.events, 0);
  const isEnough = events >= limits.leastEvents;
  const least = change.recallExpected === null ? 1 : Math.max(0, change.recallExpected - limits.recallOff);
  return [
    guardResult('critical_recall', recallOf(items, faced, change.before), 'least', least),
    guardResult('never_drop_lost', neverDropLost(faced), 'most', 0),
    guardResult('kept_share_off', isEnough ? keptShareOff(faced) : null, 'most', limits.keptShareOff),
    guardResult('sli_error', isEnough ? relativeError(faced, events) : null, 'most', limits.sliError),
  ];
}

interface Faced {
  portion: Portion;
  probability: number;
  keptBytes: number;
}

function facedBy(items: readonly DecidedItem[], { after, of }: GuardedChange): Faced[] {
  const thresholds = thresholdsOf(after);
  return portionsOf(items, after).map((portion) => {
    const members = portion.items as readonly DecidedItem[];
    const probability = portion.summed ? 1 : probabilityOf(thresholdFor(thresholds, portion.tier, portion.eventClass));
    const decided = members.reduce((sum, { keptBytes }) => sum + keptBytes, 0);
    const isIn = wouldKeep(portion, members[0]?.randomness ?? '', thresholds);
    return { portion, probability, keptBytes: of === 'decided' ? decided : isIn ? portion.keptBytes : 0 };
  });
}

function wouldKeep({ summed, tier, eventClass }: Portion, randomness: string, thresholds: Thresholds): boolean {
  return summed || isKept(randomness, thresholdFor(thresholds, tier, eventClass));
}

/** Of the detections on c0 and c1 assets of which the policy before keeps a trace, the share of which the new one does; null: there was none. */
function recallOf(items: readonly DecidedItem[], after: readonly Faced[], before: SamplingPolicy): number | null {
  const critical = ({ criticality }: RecordedItem): boolean => criticality === 'c0' || criticality === 'c1';
  const phasesOf = (members: readonly RecordedItem[]): string[] =>
    members.filter(critical).flatMap(({ phase }) => phase ?? []);
  const thresholds = thresholdsOf(before);
  const expected = new Set(
    portionsOf(items, before)
      .filter((portion) => wouldKeep(portion, (portion.items[0] as DecidedItem).randomness, thresholds))
      .flatMap((portion) => phasesOf(portion.items)),
  );
  if (expected.size === 0) return null;
  const seen = new Set(
    after.filter(({ keptBytes }) => keptBytes > 0).flatMap(({ portion }) => phasesOf(portion.items)),
  );
  return [...expected].filter((phase) => seen.has(phase)).length / expected.size;
}

function neverDropLost(faced: readonly Faced[]): number {
  return faced
    .filter(({ portion, keptBytes }) => NEVER_DROP.has(portion.eventClass) && keptBytes < portion.bytes)
    .reduce((sum, { portion }) => sum + portion.events, 0);
}

/** How far the kept share of the bytes is from the closed form; 0 within what chance explains. */
function keptShareOff(faced: readonly Faced[]): number {
  let bytes = 0;
  let kept = 0;
  let expected = 0;
  for (const { portion, probability, keptBytes } of faced) {
    bytes += portion.bytes;
    kept += keptBytes;
    expected += probability * portion.keptBytes;
  }
  let variance = 0;
  for (const [probability, { bytes: size }] of unitsOf(faced)) variance += probability * (1 - probability) * size ** 2;
  const off = Math.abs(kept - expected);
  return bytes === 0 || off <= SIGMAS * Math.sqrt(variance) ? 0 : off / bytes;
}

function relativeError(faced: readonly Faced[], events: number): number {
  let variance = 0;
  for (const [probability, { events: items }] of unitsOf(faced))
    variance += ((1 - probability) / probability) * items ** 2;
  return (Z_95 * Math.sqrt(variance)) / events;
}

/** Portions of one unit with one probability are kept together. */
function unitsOf(faced: readonly Faced[]): [probability: number, unit: { bytes: number; events: number }][] {
  const units = new Map<string, [number, { bytes: number; events: number }]>();
  for (const { portion, probability } of faced) {
    const key = `${probability} ${portion.unit}`;
    const [, unit] = units.get(key) ?? [probability, { bytes: 0, events: 0 }];
    units.set(key, [probability, { bytes: unit.bytes + portion.keptBytes, events: unit.events + portion.events }]);
  }
  return [...units.values()];
}
