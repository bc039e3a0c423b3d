import type {
  ChangeJson,
  ChangeObservation,
  ClockJson,
  Clocks,
  ClocksJson,
  Episode,
  EpisodeJson,
  EpisodeState,
  ScopeJson,
  ScopeRecord,
} from '@cnapp-slo/model';
import { CLOCK_NAMES, covers, isFailing, segmentsOf } from '@cnapp-slo/model';

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

export function isoOrNull(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined || !Number.isFinite(ms) ? null : iso(ms);
}

export function clocksJson(clocks: Clocks): ClocksJson {
  const out: ClocksJson = {};
  for (const name of CLOCK_NAMES) {
    const clock = clocks[name];
    if (!clock) continue;
    const json: ClockJson = { at: iso(clock.atMs), source: clock.source, precision: clock.precision };
    if (clock.loMs !== undefined) json.lo = iso(clock.loMs);
    if (clock.hiMs !== undefined) json.hi = iso(clock.hiMs);
    if (clock.recvMs !== undefined) json.received_at = iso(clock.recvMs);
    if (clock.actor !== undefined) json.actor = clock.actor;
    out[name] = json;
  }
  return out;
}

export function changeJson(change: ChangeObservation): ChangeJson {
  return {
    id: change.nativeId,
    kind: change.changeKind,
    action: change.action,
    title: change.title ?? change.action,
    at: iso(change.atMs),
    actor: change.actor.id,
    actor_kind: change.actor.kind,
    outcome: change.outcome,
    asset_ids: change.assets.map((asset) => asset.id),
    repository: change.vcs?.repository ?? null,
    revision: change.vcs?.revision ?? null,
    pipeline_url: change.pipeline?.url ?? null,
    links: change.links ?? [],
  };
}

/** `state`: as it is now. `deadlineMs`: when M2's time runs out, null where it does not. `incidentId`: null where it demands no alert. */
export function episodeJson(
  episode: Episode,
  { state, deadlineMs, incidentId }: { state: EpisodeState; deadlineMs: number | null; incidentId: string | null },
  changeOf: (id: string) => ChangeObservation | undefined,
): EpisodeJson {
  const cause = episode.causeChangeId === undefined ? undefined : changeOf(episode.causeChangeId);
  const fix = episode.fixChangeId === undefined ? undefined : changeOf(episode.fixChangeId);
  return {
    id: episode.id,
    finding_id: episode.findingId,
    seq: episode.seq,
    state,
    close_reason: episode.closeReason ?? null,
    trigger: episode.trigger,
    cohort: episode.cohort,
    origin: episode.origin,
    severity: episode.severity,
    clocks: clocksJson(episode.clocks),
    flaps: episode.flaps,
    durable: episode.durable,
    verdict: episode.verdict ?? null,
    segments: segmentsOf(episode.clocks).map(({ name, seconds, precision }) => ({ name, seconds, precision })),
    deadline_at: isoOrNull(deadlineMs),
    change: cause ? changeJson(cause) : null,
    candidate_change_ids: episode.candidateChangeIds,
    fix_change: fix ? changeJson(fix) : null,
    incident_id: incidentId,
    trace_ids: episode.traceIds,
  };
}

export function scopeJson(record: ScopeRecord, nowMs: number): ScopeJson {
  const { attempts, errors } = record;
  const isComplete = covers(record.complete, nowMs);
  return {
    tenant: record.tenant,
    detector: record.detector,
    scope: record.scope,
    detector_classes: record.classes,
    status: isFailing(record) ? 'failing' : attempts.complete === 0 ? 'incomplete' : isComplete ? 'complete' : 'stale',
    attempted: attempts.all,
    complete: attempts.complete,
    denied: errors.denied,
    throttled: errors.throttled,
    other_errors: errors.other,
    first_scan_at: isoOrNull(record.firstScanMs),
    last_complete_at: isoOrNull(record.lastCompleteMs),
    last_failed_at: isoOrNull(record.lastFailedMs),
    assets: record.assets?.[1] ?? null,
  };
}
