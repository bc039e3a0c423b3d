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
 * is known (stale comparisons leave both numerator and denominator). `deletedMs` is the resource's deletion, if any.
 */
export function driftSegmentsOf(
  comparisons: readonly Fact<FindingObservation>[],
  deletedMs: number | null,
): DriftSegment[] {
  const facts = comparisons
    .filter((fact) => fact.body.verdict === 'fail' || fact.body.verdict === 'pass')
    .toSorted(byEventTimeThenId);
  let segments: DriftSegment[] = [];
  facts.forEach((fact, index) => {
    segments = appendComparison(segments, fact, paceAt(facts, index));
  });
  if (deletedMs === null) return segments;
  return segments
    .filter((segment) => segment.fromMs < deletedMs)
    .map((segment) => ({ ...segment, toMs: Math.min(segment.toMs, deletedMs) }));
}

/** `segments` with one more comparison, the latest; the given ones are left as they are. */
export function appendComparison(
  segments: readonly DriftSegment[],
  fact: Fact<FindingObservation>,
  fallbackMs = DEFAULT_COMPARISON_INTERVAL_MS,
): DriftSegment[] {
  const drift = fact.body.drift;
  const intervalMs = drift?.intervalSeconds !== undefined ? drift.intervalSeconds * 1000 : fallbackMs;
  const next: DriftSegment = { fromMs: fact.atMs, toMs: fact.atMs + 2 * intervalMs, state: stateOf(fact) };
  if (fact.body.verdict === 'fail' && drift?.kind !== undefined) next.kind = drift.kind;
  if (drift?.expected !== undefined) next.reason = drift.expected;
  const last = segments.at(-1);
  if (!last) return [next];
  const cut = { ...last, toMs: Math.min(last.toMs, fact.atMs) };
  const earlier = segments.slice(0, -1);
  const goesOn =
    last.toMs >= fact.atMs && cut.state === next.state && cut.kind === next.kind && cut.reason === next.reason;
  if (goesOn) return [...earlier, { ...cut, toMs: next.toMs }];
  return cut.toMs > cut.fromMs ? [...earlier, cut, next] : [...earlier, next];
}

function stateOf(fact: Fact<FindingObservation>): DriftSegment['state'] {
  if (fact.body.drift?.expected !== undefined) return 'expected';
  return fact.body.verdict === 'pass' ? 'in_sync' : 'drift';
}

/** The interval that comparisons keep around one of them, where none is declared: a change of pace leaves the past as it was. */
function paceAt(facts: readonly Fact[], index: number): number {
  const at = facts[index]?.atMs ?? 0;
  const before = facts[index - 1]?.atMs;
  const after = facts[index + 1]?.atMs;
  const gapMs = before !== undefined ? at - before : after !== undefined ? after - at : 0;
  return gapMs > 0 ? Math.min(gapMs, DEFAULT_COMPARISON_INTERVAL_MS) : DEFAULT_COMPARISON_INTERVAL_MS;
}
