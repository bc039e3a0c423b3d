import type { CloseReason, Episode, EpisodeState, FindingVerdict, Transition } from '@cnapp-slo/model';
import { CLASS_OF, type ControlResult, type OcsfObject } from './classes.ts';
import type { Coded } from './event.ts';
import { ocsfObservation } from './observation.ts';

const STATUS: Record<Exclude<EpisodeState, 'closed'>, Coded> = {
  open: [1, 'New'],
  acked: [2, 'In Progress'],
  remediating: [2, 'In Progress'],
  fixed_unverified: [2, 'In Progress'],
  suspended: [3, 'Suppressed'],
  unknown: [0, 'Unknown'],
};

const CLOSED: Record<CloseReason, Coded> = {
  remediated_verified: [4, 'Resolved'],
  remediated_by_deletion: [4, 'Resolved'],
  asset_deleted: [6, 'Deleted'],
  false_positive: [5, 'Archived'],
  duplicate: [5, 'Archived'],
  rule_retired: [5, 'Archived'],
  rule_changed: [5, 'Archived'],
  out_of_scope: [5, 'Archived'],
};

/**
 * A step in an episode's life as an OCSF 1.8.0 finding: 2003 for configuration and drift, 2002 for vulnerabilities, 2004 for
 * runtime and identity detections, 2007 for code and secrets. `finding_info.uid` is the finding, `metadata.correlation_uid`
 * the episode; what OCSF has no place for is under `unmapped`. Times are epoch ms. Pure.
 */
export function ocsfFinding(transition: Transition): OcsfObject {
  const { at, atMs, episode, finding, asset, change } = transition;
  const { id, links, tenant: _tenant, lastVerdict: _last, lastSeenMs: _seen, ...told } = finding;
  const detected = episode.clocks.t_detect?.atMs;
  const event = ocsfObservation({
    ...told,
    kind: 'finding',
    verdict: verdictOf(episode),
    severity: episode.severity,
    atMs,
    ...(links.length > 0 && { links }),
  });
  const [activity_id, activity_name] = activityOf(at);
  const [status_id, status] = statusOf(episode);
  return {
    ...event,
    activity_id,
    activity_name,
    type_uid: Number(event.class_uid) * 100 + activity_id,
    type_name: `${event.class_name}: ${activity_name}`,
    status_id,
    status,
    ...(episode.closeReason && { status_detail: episode.closeReason }),
    metadata: {
      ...event.metadata,
      uid: `${episode.id}.${at}.${atMs}`,
      correlation_uid: episode.id,
      tenant_uid: episode.tenant,
    },
    finding_info: {
      ...event.finding_info,
      uid: id,
      ...(detected !== undefined && { created_time: detected, first_seen_time: detected }),
      last_seen_time: episode.lastSeenMs,
      modified_time: atMs,
      ...(finding.nativeId !== undefined && { uid_alt: finding.nativeId }),
      ...(links[0] && { src_url: links[0].href }),
    },
    resources: event.resources.map((resource) => ({
      ...resource,
      ...(asset && { group: { name: asset.team }, criticality: asset.criticality }),
    })),
    ...CLASS_OF[finding.detectorClass].attributes(finding, resultOf(episode)),
    unmapped: {
      ...event.unmapped,
      transition: at,
      episode: { seq: episode.seq, state: episode.state, trigger: episode.trigger, origin: episode.origin },
      clocks: episode.clocks,
      ...(episode.exercise && { exercise: true }),
      ...(change && { change: { id: change.nativeId, action: change.action, time: change.atMs } }),
    },
  };
}

/** The step as one verdict, which is what another processor reads of it. */
function verdictOf({ state, closeReason }: Episode): FindingVerdict {
  if (state === 'suspended') return 'suppressed';
  if (state === 'unknown') return 'error';
  if (state !== 'closed') return 'fail';
  return closeReason === undefined || closeReason.startsWith('remediated') ? 'pass' : 'not_applicable';
}

function activityOf(at: Transition['at']): Coded {
  if (at === 'detected') return [1, 'Create'];
  return at === 'closed' ? [3, 'Close'] : [2, 'Update'];
}

function statusOf({ state, closeReason }: Episode): Coded {
  if (state !== 'closed') return STATUS[state];
  return closeReason ? CLOSED[closeReason] : [4, 'Resolved'];
}

/** The control fails until a detector has seen it pass. */
function resultOf({ state, closeReason }: Episode): ControlResult {
  if (closeReason === 'remediated_verified') return 'pass';
  return state === 'closed' || state === 'unknown' ? 'unknown' : 'fail';
}
