import type { DriftSegment } from '../../domain/drift-segments.ts';
import type { DriftView, SliComputation, SliInput, SliMember } from '../sli.ts';
import { SETTLE_MS } from './definition.ts';

/** M3: resource-seconds in unexpected drift over resource-seconds with a fresh comparison. */
export function compute(input: SliInput): SliComputation {
  const members: SliMember[] = [];
  const byKind = { modified: 0, missing: 0, unmanaged: 0 };
  let good = 0;
  let bad = 0;
  let expected = 0;
  let driftingNow = 0;
  let comparedNow = 0;
  for (const view of input.drift) {
    const dismissed = view.episodes.find((episode) => episode.closeReason === 'false_positive');
    let inSyncSeconds = 0;
    for (const segment of view.segments) {
      const fromMs = Math.max(segment.fromMs, input.fromMs);
      const toMs = Math.min(segment.toMs, input.toMs);
      if (segment.fromMs <= input.toMs && input.toMs < segment.toMs) comparedNow += 1;
      if (toMs <= fromMs) continue;
      const seconds = (toMs - fromMs) / 1000;
      const drifts = segment.state === 'drift';
      const settling = drifts && Math.min(segment.toMs, input.toMs) - segment.fromMs <= SETTLE_MS;
      if (drifts && !settling && !dismissed) {
        bad += seconds;
        byKind[segment.kind ?? 'modified'] += seconds;
        if (segment.fromMs <= input.toMs && input.toMs < segment.toMs) driftingNow += 1;
        members.push(memberOf(view, segment, 'bad', segment.kind ?? 'modified', seconds));
        continue;
      }
      good += seconds;
      inSyncSeconds += seconds;
      if (segment.state === 'expected') expected += seconds;
      // The time counts as not drifting; the difference itself is shown with the reason why it is no drift.
      if (settling) members.push(memberOf(view, segment, 'excluded', 'settling', seconds));
      else if (drifts && dismissed) members.push(memberOf(view, segment, 'excluded', 'false_positive', seconds));
      else if (segment.state === 'expected')
        members.push(memberOf(view, segment, 'excluded', segment.reason ?? 'expected', seconds));
    }
    if (inSyncSeconds > 0) {
      members.push({
        episodeId: `${view.finding.id}.0`,
        findingId: view.finding.id,
        role: 'good',
        reason: null,
        durationSeconds: inSyncSeconds,
        weight: inSyncSeconds,
      });
    }
  }
  const total = good + bad;
  const share = (seconds: number): number | null => (total > 0 ? seconds / total : null);
  return {
    value: share(bad),
    good,
    bad,
    members,
    companions: {
      modified: share(byKind.modified),
      missing: share(byKind.missing),
      unmanaged: share(byKind.unmanaged),
      expected: share(expected),
      drifting_now: comparedNow > 0 ? driftingNow / comparedNow : null,
      resources: comparedNow,
    },
  };
}

function memberOf(
  view: DriftView,
  segment: DriftSegment,
  role: SliMember['role'],
  reason: string,
  seconds: number,
): SliMember {
  const episode = view.episodes.findLast((candidate) => (candidate.clocks.t_detect?.atMs ?? 0) <= segment.fromMs);
  return {
    episodeId: episode?.id ?? `${view.finding.id}.0`,
    findingId: view.finding.id,
    role,
    reason,
    durationSeconds: seconds,
    weight: seconds,
  };
}
