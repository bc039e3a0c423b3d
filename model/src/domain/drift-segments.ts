import type { Fact } from './fact.ts';
import { byEventTimeThenId } from './fact.ts';
import type { DriftKind, FindingObservation } from './observation.ts';

/** A stretch of time in which a resource's comparison stood. Times epoch ms, half open. */
export interface DriftSegment {
  fromMs: number;
  toMs: number;
  state: 'in_sync' | 'drift' | 'expected';
  kind?: DriftKind;
  /** Why a difference is expected. */
  reason?: string;
}

export const DEFAULT_COMPARISON_INTERVAL_MS = 24 * 3600_000;

/**
 * A resource's comparisons as segments: each holds until the next one, at most twice its interval, after which nothing
 * is known (stale comparisons leave both numerator and denominator). `endMs` is the resource's deletion, if any.
 */
export function driftSegmentsOf(
  comparisons: readonly Fact<FindingObservation>[],
  endMs: number | null,
): DriftSegment[] {
  const facts = comparisons
    .filter((fact) => fact.body.verdict === 'fail' || fact.body.verdict === 'pass')
    .toSorted(byEventTimeThenId);
  const fallbackMs = medianGap(facts.map((fact) => fact.atMs)) ?? DEFAULT_COMPARISON_INTERVAL_MS;
  const segments: DriftSegment[] = [];
  facts.forEach((fact, index) => {
    const drift = fact.body.drift;
    const intervalMs = drift?.intervalSeconds !== undefined ? drift.intervalSeconds * 1000 : fallbackMs;
    const nextMs = facts[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    const toMs = Math.min(nextMs, fact.atMs + 2 * intervalMs, endMs ?? Number.POSITIVE_INFINITY);
    if (toMs <= fact.atMs) return;
    const segment: DriftSegment = { fromMs: fact.atMs, toMs, state: stateOf(fact) };
    if (fact.body.verdict === 'fail' && drift?.kind !== undefined) segment.kind = drift.kind;
    if (drift?.expected !== undefined) segment.reason = drift.expected;
    append(segments, segment);
  });
  return segments;
}

function stateOf(fact: Fact<FindingObservation>): DriftSegment['state'] {
  if (fact.body.drift?.expected !== undefined) return 'expected';
  return fact.body.verdict === 'pass' ? 'in_sync' : 'drift';
}

function append(segments: DriftSegment[], next: DriftSegment): void {
  const last = segments.at(-1);
  if (
    last &&
    last.toMs === next.fromMs &&
    last.state === next.state &&
    last.kind === next.kind &&
    last.reason === next.reason
  ) {
    last.toMs = next.toMs;
  } else segments.push(next);
}

/** Null with fewer than three comparisons: too few to know an interval from. */
function medianGap(times: readonly number[]): number | null {
  const gaps = times
    .slice(1)
    .map((time, index) => time - (times[index] ?? time))
    .filter((gap) => gap > 0);
  if (gaps.length < 2) return null;
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? null;
}
