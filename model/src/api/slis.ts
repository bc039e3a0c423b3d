/** The JSON shapes of SLIs, their explanation and the gate. */
import type { Severity } from '../domain/observation.ts';
import type { ClocksJson } from './findings.ts';

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

export interface GateJson {
  decision: 'allow' | 'warn' | 'block';
  reasons: string[];
  budget_remaining: number | null;
  burn: BurnRates;
  expires_at: string;
}
