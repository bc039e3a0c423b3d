/** The JSON shapes of compliance and policies. */

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
