/** The JSON shapes of `/api/v1` (CONTRACT). Times RFC 3339 UTC, durations seconds, ratios 0..1, unknown is null with a `reason`. */
import type { Severity } from './domain/observation.ts';

export type SliId =
  | 'mttd-config'
  | 'mttr'
  | 'drift-rate'
  | 'ci-gate-failures'
  | 'runtime-detection'
  | 'privilege-anomalies'
  | 'sbom-coverage'
  | 'automation-rate'
  | 'alert-noise'
  | 'incident-burn'
  | 'inventory-delta'
  | 'agent-heartbeat'
  | 'alert-spike'
  | 'remediation-failures'
  | 'ingest-cost'
  | 'miscorrelation';

/** no_data: null denominator · insufficient: coverage too low · breached: budget used up · at_risk: half of it gone, or a burn-rate tier firing. */
export type SliStatus = 'no_data' | 'insufficient' | 'breached' | 'at_risk' | 'ok';

export interface BurnRates {
  '1h': number | null;
  '6h': number | null;
  '1d': number | null;
  '3d': number | null;
}

export interface SliReport {
  id: SliId;
  /** `M1` … `M10`, `F1` … `F6`. */
  code: string;
  title: string;
  /** Unit of `value`: `s`, `1` (a ratio), `count`. */
  unit: string;
  direction: 'lower_is_better' | 'higher_is_better';
  value: number | null;
  /** good / (good + bad): what the objective is about. */
  ratio: number | null;
  objective: number | null;
  good: number;
  bad: number;
  /** Counts by reason. */
  excluded: Record<string, number>;
  pending: number;
  coverage: number | null;
  status: SliStatus;
  /** Why the value is null or insufficient. */
  reason: string | null;
  budget: { remaining: number | null; burn: BurnRates };
  window: string;
  as_of: string;
  /** Where the window ends, when the query said so; `as_of` otherwise. */
  until?: string;
  /** True when every needed source's watermark has passed the window's end. */
  final: boolean;
  definition_version: string;
  /** Duration SLIs only. */
  p50?: number | null;
  p90?: number | null;
  mean?: number | null;
  max?: number | null;
  rmst?: number | null;
  expected_misses?: number | null;
  open?: number | null;
  /** Share of episodes with an exact start (M1), and other companions by name. */
  companions?: Record<string, number | null>;
}

export interface ClockJson {
  at: string;
  source: string;
  precision: 'exact' | 'bounded' | 'inferred';
  lo?: string;
  hi?: string;
  received_at?: string;
  /** Who acknowledged or triaged. */
  actor?: string;
}

export type ClocksJson = Partial<
  Record<
    | 't_change'
    | 't_observable'
    | 't_detect'
    | 't_alert'
    | 't_ack'
    | 't_triage'
    | 't_remediate'
    | 't_verify'
    | 't_close',
    ClockJson
  >
>;

export type ExplainRole = 'good' | 'bad' | 'excluded' | 'pending';

export interface ExplainItem {
  episode_id: string;
  role: ExplainRole;
  /** Why it has that role; always set for `excluded` and `pending`. */
  reason: string | null;
  clocks: ClocksJson;
  duration_seconds: number | null;
  /** For the reader: what and where. */
  finding_id: string;
  title: string;
  asset_id: string;
  severity: Severity;
  team: string;
}

export interface ExplainPage {
  sli: SliReport;
  counts: Record<ExplainRole, number>;
  items: ExplainItem[];
  next_cursor: string | null;
}

export interface SeriesPoint {
  at: string;
  value: number | null;
  ratio: number | null;
  good: number;
  bad: number;
  final: boolean;
  /** At the end of a UTC day: what it was when it became final, where later knowledge has changed it. */
  restated_from?: { value: number | null; good: number; bad: number };
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** A stretch of an episode's life; as precise as the weaker of the clocks at its ends. */
export interface SegmentJson {
  name: 'source_lag' | 'pipeline_lag' | 'route' | 'acknowledge' | 'triage' | 'act' | 'verify';
  seconds: number;
  precision: ClockJson['precision'];
}

export interface EpisodeJson {
  id: string;
  finding_id: string;
  seq: number;
  state: string;
  close_reason: string | null;
  trigger: string;
  cohort: 'normal' | 'baseline';
  origin: 'live' | 'backfill';
  severity: Severity;
  clocks: ClocksJson;
  flaps: number;
  durable: boolean;
  verdict: string | null;
  /** Where the time went, between the clocks that are known. */
  segments: SegmentJson[];
  /** When M2's deadline passes, null where no deadline applies. */
  deadline_at: string | null;
  change: ChangeJson | null;
  candidate_change_ids: string[];
  fix_change: ChangeJson | null;
  incident_id: string | null;
  trace_ids: string[];
}

export interface LinkJson {
  rel: string;
  href: string;
}

/** One reason for a score. `points_max` is what it could come to where `value` is not known. */
export interface RiskFactorJson {
  name: string;
  /** Null: unknown. */
  value: string | null;
  points: number;
  points_max: number;
  reason: string;
}

export type RiskDecision = 'track' | 'track*' | 'attend' | 'act';

/** What to do about a finding, first by decision, then by score (0..100). */
export interface RiskJson {
  score: number;
  /** If all that is unknown were as bad as it can be. */
  score_max: number;
  decision: RiskDecision;
  decision_worst: RiskDecision;
  /** `cisa_ssvc`: all its inputs are known; `cisa_ssvc_partial`: some are not; `derived`: no vulnerability, the same tree on what stands for its inputs. */
  decision_by: 'cisa_ssvc' | 'cisa_ssvc_partial' | 'derived';
  inputs: Record<'exploitation' | 'automatable' | 'technical_impact' | 'mission', string | null>;
  factors: RiskFactorJson[];
  combinations: { name: string; reason: string }[];
}

export interface FindingJson {
  id: string;
  tenant: string;
  detector: string;
  detector_class: string;
  rule: string;
  title: string;
  severity: Severity;
  state: string;
  asset_id: string;
  asset_name: string | null;
  asset_kind: string;
  team: string;
  environment: string | null;
  criticality: string;
  provider: string;
  account: string | null;
  discriminator: string | null;
  first_detected_at: string | null;
  last_seen_at: string;
  open_seconds: number | null;
  /** Of open findings. */
  risk?: RiskJson;
  /** Controls of each framework that its rule gives evidence for, as the tool names them. */
  controls: Record<string, string[]>;
  /** Words that policies give it. */
  labels: string[];
  /** Nobody is told of it, by whose word and until when; it stays in every list and SLI. */
  suppressed?: { policy: string; owner: string; reason: string; expires_at: string };
  /** Only in `/findings/{id}`. */
  episodes?: EpisodeJson[];
  evidence?: Record<string, string | number | boolean>;
  remediation?: string | null;
  links?: LinkJson[];
  actions?: LinkJson[];
}

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

/** Controls by how they stand; the score is passing of assessed, null where none is assessed. */
export interface PostureJson {
  passing: number;
  failing: number;
  not_assessed: number;
  score: number | null;
}

export interface FrameworkJson extends PostureJson {
  /** As its tool names it. */
  framework: string;
  /** `CIS`, `NIST 800-53`, `PCI DSS`, `ISO 27001`, `SOC 2`, `FedRAMP` or `other`. */
  family: string;
  /** The account or team; null for all together. */
  group: string | null;
}

export interface PosturePointJson extends PostureJson {
  at: string;
}

export interface ControlJson {
  control: string;
  status: 'pass' | 'fail' | 'not_assessed';
  /** `accepted` fails, but somebody has taken the risk. */
  checks: Record<'pass' | 'fail' | 'accepted' | 'not_assessed', number>;
}

/** A rule on an asset, as it stood at an instant, with the verdict that says so. */
export interface EvidenceJson {
  finding_id: string;
  rule: string;
  detector: string;
  title: string;
  asset_id: string;
  account: string | null;
  team: string;
  status: 'pass' | 'fail' | 'accepted' | 'not_assessed';
  verdict: string | null;
  /** The fact in the ledger. */
  fact_id: string | null;
  source: string | null;
  at: string | null;
  received_at: string | null;
}

export interface PolicyJson {
  name: string;
  version: string;
  owner: string;
  description: string | null;
  /** `audit` counts and logs alone; `warn` takes effect; `block` takes effect and lets the gate block. */
  mode: 'audit' | 'warn' | 'block';
  over: 'asset' | 'finding' | 'change';
  /** CEL. */
  when: string;
  effect: string;
  examples: number;
  /** Since the processor started. */
  evaluations: Record<'match' | 'no_match' | 'error', number>;
  loaded_at: string;
}

/** One evaluation of one policy. */
export interface PolicyEvaluationJson {
  at: string;
  policy: string;
  version: string;
  mode: 'audit' | 'warn' | 'block';
  /** A finding's, asset's or change's id. */
  subject: string;
  outcome: 'match' | 'no_match' | 'error';
  message: string | null;
}

export interface ChangeJson {
  id: string;
  kind: string;
  action: string;
  title: string;
  at: string;
  actor: string;
  actor_kind: string;
  outcome: string;
  asset_ids: string[];
  repository: string | null;
  revision: string | null;
  pipeline_url: string | null;
  links: LinkJson[];
}

export interface IncidentJson {
  id: string;
  tenant: string;
  title: string;
  severity: Severity;
  state: 'firing' | 'acknowledged' | 'resolved';
  team: string;
  started_at: string;
  alerted_at: string | null;
  acknowledged_at: string | null;
  resolved_at: string | null;
  /** The first one gave the incident its id. */
  episode_ids: string[];
  asset_ids: string[];
  /** Kubernetes workloads among them. */
  workloads: string[];
  /** Image digests that were scanned, or that ran when it happened. */
  digests: string[];
  /** How sure the detectors are together, 0..1; null where none of them says. */
  confidence: number | null;
  members: IncidentMemberJson[];
  /** Only in `/incidents/{id}`: what happened, by time. */
  chain?: IncidentStepJson[];
}

export interface IncidentMemberJson {
  episode_id: string;
  finding_id: string;
  title: string;
  rule: string;
  detector: string;
  detector_class: string;
  /** A weakness waits to be used, an attack uses it. */
  stage: 'weakness' | 'attack';
  severity: Severity;
  state: string;
  asset_id: string;
  asset_name: string | null;
  team: string;
  techniques: string[];
  /** Why it belongs to the incident; null for the one that was looked at first. */
  link: 'same_change' | 'seen_together' | 'attack_goes_on' | 'attack_on_weakness' | null;
  detected_at: string;
  closed_at: string | null;
}

export interface IncidentStepJson {
  at: string;
  kind:
    | 'commit'
    | 'build'
    | 'deploy'
    | 'apply'
    | 'api'
    | 'gate'
    | 'sbom'
    | 'weakness'
    | 'attack'
    | 'acknowledged'
    | 'verified'
    | 'closed';
  title: string;
  /** The detector, the format or the person that it is known from. */
  by: string | null;
  asset_id: string | null;
  finding_id: string | null;
  digest: string | null;
  change: ChangeJson | null;
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

export interface GateJson {
  decision: 'allow' | 'warn' | 'block';
  reasons: string[];
  budget_remaining: number | null;
  burn: BurnRates;
  expires_at: string;
}

/** RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  code: string;
}

/** What `/stream` sends: `event:` is `type`, `data:` the rest as JSON. */
export type StreamEvent =
  | {
      type: 'episode';
      at: string;
      episode_id: string;
      finding_id: string;
      transition: string;
      title: string;
      severity: Severity;
      asset_id: string;
      team: string;
    }
  | { type: 'sli'; at: string; id: SliId; value: number | null; ratio: number | null; status: SliStatus }
  | { type: 'source'; at: string; id: string; status: string };
