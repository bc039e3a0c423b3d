import type { Clock, Clocks } from './clock.ts';
import { SKEW_TOLERANCE_MS } from './clock.ts';
import type { Trigger } from './episode.ts';
import type { Fact } from './fact.ts';
import type { ChangeObservation, FindingObservation } from './observation.ts';

export interface Cause {
  trigger: Trigger;
  clocks: Pick<Clocks, 't_change' | 't_observable'>;
  changeId?: string;
  candidateIds: string[];
}

/**
 * What started an episode (SLI-DEFINITIONS 0, "Which change?"). `changes` are those that can have caused the rule to
 * fail, by event time; `isFix` tells that a PASS is the next verdict after one. One between the last PASS and the first FAIL is exact, several are bounded, none leaves the
 * interval from the last PASS, or no clock at all.
 */
export function causeOf(
  fail: Fact<FindingObservation>,
  changes: readonly Fact<ChangeObservation>[],
  lastPassMs: number | null,
  inFirstSnapshot: boolean,
  isFix: (change: Fact<ChangeObservation>) => boolean,
): Cause {
  const since = lastPassMs ?? Number.NEGATIVE_INFINITY;
  // Audit logs count whole seconds: a change in the second of the PASS may have followed it.
  const before = changes.filter((change) => change.atMs >= since && change.atMs <= fail.atMs);
  // Clocks differ: a change stamped a little after the failure may still be its cause, unless a PASS followed it. Its duration clamps to 0.
  const skewed = changes.find(
    (change) => change.atMs > fail.atMs && change.atMs <= fail.atMs + SKEW_TOLERANCE_MS && !isFix(change),
  );
  const candidates = before.length > 0 ? before : skewed ? [skewed] : [];
  const latest = candidates.at(-1);
  const earliest = candidates[0];
  if (latest && earliest) {
    const clock: Clock = {
      atMs: latest.atMs,
      source: latest.source.format,
      precision: candidates.length === 1 ? 'exact' : 'bounded',
      recvMs: latest.recvMs,
      factId: latest.id,
    };
    if (candidates.length > 1) Object.assign(clock, { loMs: earliest.atMs, hiMs: latest.atMs });
    return {
      trigger: 'asset_change',
      clocks: { t_change: clock, ...observable(latest, fail) },
      changeId: latest.body.nativeId,
      candidateIds: candidates.map((change) => change.body.nativeId),
    };
  }
  const published = fail.body.advisoryPublishedMs;
  const enabled = fail.body.ruleEnabledMs;
  const floor = lastPassMs ?? Number.NEGATIVE_INFINITY;
  if (published !== undefined && published > floor && published <= fail.atMs && !inFirstSnapshot) {
    return started('advisory_published', published, 'advisory');
  }
  if (enabled !== undefined && enabled > floor && enabled <= fail.atMs) return started('rule_enabled', enabled, 'rule');
  if (lastPassMs !== null) {
    return {
      trigger: 'asset_change',
      clocks: {
        t_change: {
          atMs: lastPassMs,
          source: fail.body.detector,
          precision: 'bounded',
          loMs: lastPassMs,
          hiMs: fail.atMs,
        },
      },
      candidateIds: [],
    };
  }
  return { trigger: inFirstSnapshot ? 'baseline' : 'unknown', clocks: {}, candidateIds: [] };
}

function started(trigger: Trigger, atMs: number, source: string): Cause {
  return { trigger, clocks: { t_change: { atMs, source, precision: 'exact' } }, candidateIds: [] };
}

/**
 * First evidence available to us: the receipt of the change's record, or the detection where that came first. A
 * backfilled receipt says nothing about then.
 */
function observable(change: Fact<ChangeObservation>, fail: Fact<FindingObservation>): Pick<Clocks, 't_observable'> {
  if (change.origin === 'backfill') return {};
  const first = change.recvMs <= fail.atMs ? change : fail;
  const atMs = Math.min(change.recvMs, fail.atMs);
  return {
    t_observable: { atMs, source: first.source.format, precision: 'exact', recvMs: first.recvMs, factId: first.id },
  };
}
