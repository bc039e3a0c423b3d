import type { AssetRef, CloseReason, Episode, EpisodeState, Severity, Transition } from '@cnapp-slo/model';
import { CLASS_OF, type OcsfObject } from './ocsf-classes.ts';

const SCHEMA_VERSION = '1.8.0';
const FINDINGS_CATEGORY = 2;

/** [id, caption], as OCSF pairs them. */
type Coded = readonly [number, string];

const SEVERITY: Record<Severity, Coded> = {
  unknown: [0, 'Unknown'],
  informational: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
};

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

const CLOUD_PROVIDERS: Partial<Record<AssetRef['provider'], string>> = {
  aws: 'AWS',
  azure: 'Azure',
  gcp: 'GCP',
  oci: 'OCI',
};

/**
 * A step in an episode's life as an OCSF 1.8.0 finding: 2003 for configuration and drift, 2002 for vulnerabilities, 2004 for
 * runtime and identity detections, 2007 for code and secrets. `finding_info.uid` is the finding, `metadata.correlation_uid`
 * the episode; what OCSF has no place for is under `unmapped`. Times are epoch ms. Pure.
 */
export function ocsfFinding(transition: Transition): OcsfObject {
  const { at, atMs, episode, finding, asset, change } = transition;
  const { uid: class_uid, name: class_name, attributes } = CLASS_OF[finding.detectorClass];
  const [activity_id, activity_name] = activityOf(at);
  const [severity_id, severity] = SEVERITY[episode.severity];
  const [status_id, status] = statusOf(episode);
  const detected = episode.clocks.t_detect?.atMs;
  const cloud = cloudOf(finding.asset);
  return {
    activity_id,
    activity_name,
    category_uid: FINDINGS_CATEGORY,
    category_name: 'Findings',
    class_uid,
    class_name,
    type_uid: class_uid * 100 + activity_id,
    type_name: `${class_name}: ${activity_name}`,
    time: atMs,
    severity_id,
    severity,
    status_id,
    status,
    ...(episode.closeReason && { status_detail: episode.closeReason }),
    message: finding.title,
    metadata: {
      version: SCHEMA_VERSION,
      product: { name: 'cnapp-slo', vendor_name: 'cnapp-slo' },
      uid: `${episode.id}.${at}.${atMs}`,
      correlation_uid: episode.id,
      tenant_uid: episode.tenant,
      ...(cloud && { profiles: ['cloud'] }),
    },
    ...(cloud && { cloud }),
    finding_info: {
      uid: finding.id,
      title: finding.title,
      types: [finding.detectorClass],
      analytic: { type_id: 1, type: 'Rule', uid: finding.rule, name: finding.rule },
      product: { name: finding.detector },
      ...(detected !== undefined && { created_time: detected, first_seen_time: detected }),
      last_seen_time: episode.lastSeenMs,
      modified_time: atMs,
      ...(finding.nativeId !== undefined && { uid_alt: finding.nativeId }),
      ...(finding.links[0] && { src_url: finding.links[0].href }),
    },
    resources: [
      {
        uid: finding.asset.id,
        type: finding.asset.kind,
        role_id: 3,
        role: 'Affected',
        ...(finding.asset.name !== undefined && { name: finding.asset.name }),
        ...(finding.asset.namespace !== undefined && { namespace: finding.asset.namespace }),
        ...(asset && { group: { name: asset.team }, criticality: asset.criticality }),
      },
    ],
    ...attributes(finding, episode),
    unmapped: {
      transition: at,
      episode: { seq: episode.seq, state: episode.state, trigger: episode.trigger, origin: episode.origin },
      clocks: episode.clocks,
      ...(episode.exercise && { exercise: true }),
      ...(change && { change: { id: change.nativeId, action: change.action, time: change.atMs } }),
      ...(finding.asset.cluster !== undefined && { cluster: finding.asset.cluster }),
    },
  };
}

function activityOf(at: Transition['at']): Coded {
  if (at === 'detected') return [1, 'Create'];
  return at === 'closed' ? [3, 'Close'] : [2, 'Update'];
}

function statusOf({ state, closeReason }: Episode): Coded {
  if (state !== 'closed') return STATUS[state];
  return closeReason ? CLOSED[closeReason] : [4, 'Resolved'];
}

/** The `cloud` object, whose profile then has to be declared; undefined for what is in no cloud. */
function cloudOf({ provider, account, region }: AssetRef): OcsfObject | undefined {
  const name = CLOUD_PROVIDERS[provider];
  if (name === undefined) return undefined;
  return {
    provider: name,
    ...(account !== undefined && { account: { uid: account } }),
    ...(region !== undefined && { region }),
  };
}
