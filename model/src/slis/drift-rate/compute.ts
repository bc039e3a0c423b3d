import type { DriftSegment } from '../../domain/drift-segments.ts';
import type { DriftView, SliComputation, SliInput, SliMember } from '../sli.ts';
import { mean, share } from '../statistics.ts';
import { SETTLE_MS } from './definition.ts';

/** M3: resource-seconds in unexpected drift over resource-seconds with a fresh comparison. Summed in ms: no order matters. */
export function compute(input: SliInput): SliComputation {
  const members: SliMember[] = [];
  const ms = { good: 0, bad: 0, expected: 0, raw: 0, modified: 0, missing: 0, unmanaged: 0 };
  const now = { compared: 0, drifting: 0, unmanaged: 0 };
  const healed: number[] = [];
  for (const view of input.drift) {
    const dismissed = view.episodes.some((episode) => episode.closeReason === 'false_positive');
    let inSyncMs = 0;
    for (const segment of view.segments) {
      const drifts = segment.state === 'drift';
      const isNow = segment.fromMs <= input.toMs && input.toMs < segment.toMs;
      if (isNow) now.compared += 1;
      if (isNow && drifts && segment.kind === 'unmanaged') now.unmanaged += 1;
      const fromMs = Math.max(segment.fromMs, input.fromMs);
      const toMs = Math.min(segment.toMs, input.toMs);
      if (toMs <= fromMs) continue;
      const span = toMs - fromMs;
      if (segment.state !== 'in_sync') ms.raw += span;
      const settling = drifts && Math.min(segment.toMs, input.toMs) - segment.fromMs <= SETTLE_MS;
      if (drifts && !settling && !dismissed) {
        const kind = segment.kind ?? 'modified';
        ms.bad += span;
        ms[kind] += span;
        if (isNow) now.drifting += 1;
        else if (segment.toMs <= input.toMs && endsInSync(view, segment))
          healed.push((segment.toMs - segment.fromMs) / 1000);
        members.push(memberOf(view, segment, 'bad', kind, span));
        continue;
      }
      ms.good += span;
      inSyncMs += span;
      if (segment.state === 'expected') ms.expected += span;
      // The time counts as not drifting; the difference itself is shown with the reason why it is no drift.
      if (settling) members.push(memberOf(view, segment, 'excluded', 'settling', span));
      else if (drifts) members.push(memberOf(view, segment, 'excluded', 'false_positive', span));
      else if (segment.state === 'expected')
        members.push(memberOf(view, segment, 'excluded', segment.reason ?? 'expected', span));
    }
    if (inSyncMs > 0) {
      members.push({
        episodeId: `${view.finding.id}.0`,
        findingId: view.finding.id,
        role: 'good',
        reason: null,
        durationSeconds: inSyncMs / 1000,
        weight: inSyncMs / 1000,
      });
    }
  }
  const total = ms.good + ms.bad;
  return {
    value: share(ms.bad, total),
    good: ms.good / 1000,
    bad: ms.bad / 1000,
    members,
    companions: {
      modified: share(ms.modified, total),
      missing: share(ms.missing, total),
      unmanaged: share(ms.unmanaged, total),
      expected: share(ms.expected, total),
      raw: share(ms.raw, total),
      iac_coverage: share(now.compared - now.unmanaged, now.compared),
      drifting_now: share(now.drifting, now.compared),
      drift_mttr: mean(healed),
      resources: now.compared,
    },
  };
}

/** Not cut off by a comparison that went stale, nor by the end of the resource. */
function endsInSync(view: DriftView, segment: DriftSegment): boolean {
  return view.segments.some((next) => next.fromMs === segment.toMs && next.state === 'in_sync');
}

function memberOf(
  view: DriftView,
  segment: DriftSegment,
  role: SliMember['role'],
  reason: string,
  spanMs: number,
): SliMember {
  const episode = view.episodes.findLast((candidate) => (candidate.clocks.t_detect?.atMs ?? 0) <= segment.fromMs);
  return {
    episodeId: episode?.id ?? `${view.finding.id}.0`,
    findingId: view.finding.id,
    role,
    reason,
    durationSeconds: spanMs / 1000,
    weight: spanMs / 1000,
  };
}
