/** The JSON shapes of assets, scopes and sources. */

/** `to`: the asset says so of the other; `from`: the other says so of it. */
export interface RelationJson {
  rel: string;
  asset_id: string;
  direction: 'to' | 'from';
}

export interface AssetJson {
  id: string;
  tenant: string;
  kind: string;
  provider: string;
  name: string | null;
  account: string | null;
  region: string | null;
  cluster: string | null;
  namespace: string | null;
  team: string;
  /** What says so. */
  team_reason: string;
  environment: string | null;
  service: string | null;
  criticality: string;
  criticality_reason: string;
  /** Null: not known whether the internet reaches it. */
  exposure: 'internet' | 'internal' | null;
  data_class: string | null;
  /** The controller that changes its size on its own. */
  scaled_by: string | null;
  iac: { repository: string; path?: string; revision?: string } | null;
  first_seen_at: string;
  last_seen_at: string;
  deleted_at: string | null;
  /** Who deleted it, or which complete inventory lacked it. */
  deleted_cause: string | null;
  open_findings: number;
  /** Only in `/assets/{id}`. */
  relations?: RelationJson[];
  digests?: { digest: string; first_seen_at: string; last_seen_at: string }[];
}

/** What assets can be filtered by: the values that there are, sorted. */
export interface LabelsJson {
  tenant: string[];
  team: string[];
  environment: string[];
}

/** An account, cluster or repository as one detector or inventory sees it. */
export interface ScopeJson {
  tenant: string;
  detector: string;
  scope: string;
  detector_classes: string[];
  /** `failing`: the latest scan failed; `incomplete`: none was ever complete; `stale`: none is within two intervals. */
  status: 'complete' | 'stale' | 'incomplete' | 'failing';
  attempted: number;
  complete: number;
  /** Failed ones by why, as far as their errors tell. */
  denied: number;
  throttled: number;
  other_errors: number;
  first_scan_at: string | null;
  last_complete_at: string | null;
  last_failed_at: string | null;
  /** Assets that the latest scan listed, where it says so. */
  assets: number | null;
}

/** One source of telemetry: is it alive, what did it send, what was refused. */
export interface SourceJson {
  id: string;
  tenant: string;
  format: string;
  scope: string;
  status: 'fresh' | 'stale' | 'silent';
  last_event_at: string | null;
  last_received_at: string | null;
  /** Seconds between its messages, by configuration or as observed. */
  interval_seconds: number | null;
  age_seconds: number | null;
  records: number;
  recognised: number;
  /** Received from it, before anything was left out. */
  bytes: number;
  findings: number;
  /** Counts by stable code. */
  rejects: Record<string, number>;
  watermark: string | null;
}
