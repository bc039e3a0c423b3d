/** The JSON shapes of findings, their episodes and the changes behind them. */
import type { ClockName } from '../domain/clock.ts';
import type { Severity } from '../domain/observation.ts';

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

export type ClocksJson = Partial<Record<ClockName, ClockJson>>;

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
