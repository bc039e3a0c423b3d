/** May this change go out? The error-budget policy, from SLI-DEFINITIONS 10. */
import type { GateJson, SliStatus } from '@cnapp-slo/model';

export interface GateInput {
  /** Share of the error budget that is left; null while unknown. */
  budgetRemaining: number | null;
  burn: GateJson['burn'];
  /**
   * Whether a paging tier fires, judged by the regime of the traffic. Null: not known, and then the burn rates decide, which
   * one single miss can drive at low traffic.
   */
  isPaging: boolean | null;
  status: SliStatus;
  /** Why the status is `no_data` or `insufficient`, in words; null: not known. */
  reason: string | null;
  /** Share of the known scopes that report; null while unknown. */
  coverage: number | null;
  changeKind: string | null;
  override: Override | null;
  nowMs: number;
}

/** Somebody decided to go on, and somebody else agreed. */
export interface Override {
  reason: string;
  requestedBy: string;
  approvedBy: string;
  /** It lasts for `overrideMs` of the policy from here. */
  atMs: number;
}

export interface GatePolicy {
  /** Warn when no more than this share of the budget is left. */
  warnAt: number;
  /** Burn rates that page, by window. */
  fastBurn: Partial<Record<keyof GateJson['burn'], number>>;
  /** Kinds of change that a fast burn blocks. */
  riskyKinds: readonly string[];
  /** Kinds that pass even when nothing is left: they make things safer. */
  healingKinds: readonly string[];
  minimumCoverage: number;
  overrideMs: number;
  /** How long an answer may be acted upon. */
  validMs: number;
}

const DEFAULT_POLICY: GatePolicy = {
  warnAt: 0.5,
  fastBurn: { '1h': 13.44, '6h': 5.6 },
  riskyKinds: ['infrastructure', 'iam', 'network', 'data'],
  healingKinds: ['security_fix', 'rollback'],
  minimumCoverage: 0.9,
  overrideMs: 24 * 3_600_000,
  validMs: 15 * 60_000,
};

/** `overridden` is true when the change passes only because of the override: count it. */
export interface GateDecision extends GateJson {
  overridden: boolean;
}

/** One budget's answer. What is not known warns and never blocks. */
export function decideGate(input: GateInput, policy: GatePolicy = DEFAULT_POLICY): GateDecision {
  const doubts = doubtsOf(input, policy);
  const { warnings, blocks } = doubts.length > 0 ? { warnings: doubts, blocks: [] } : verdictOf(input, policy);
  const override = blocks.length === 0 ? null : validOverride(input, policy);
  const until = override?.until ?? null;
  const overridden = until !== null;
  const reasons = [...blocks, ...warnings, ...(override === null ? [] : [override.reason])];
  return {
    decision: blocks.length > 0 && !overridden ? 'block' : reasons.length > 0 ? 'warn' : 'allow',
    reasons,
    budget_remaining: input.budgetRemaining,
    burn: input.burn,
    expires_at: new Date(Math.min(until ?? Number.POSITIVE_INFINITY, input.nowMs + policy.validMs)).toISOString(),
    overridden,
  };
}

function doubtsOf({ budgetRemaining, status, coverage, reason }: GateInput, policy: GatePolicy): string[] {
  const because = reason === null ? '' : ` (${reason})`;
  if (status === 'no_data' || budgetRemaining === null)
    return [`nothing was measured: the budget is unknown${because}`];
  if (status !== 'insufficient' && (coverage === null || coverage >= policy.minimumCoverage)) return [];
  const share = coverage === null ? 'too few' : `${percent(coverage)} of the`;
  return [`${share} scopes report: the budget is not to be trusted${because}`];
}

function verdictOf(input: GateInput, policy: GatePolicy): { warnings: string[]; blocks: string[] } {
  const warnings: string[] = [];
  const blocks: string[] = [];
  const { budgetRemaining, changeKind } = input;
  const remaining = budgetRemaining ?? 0;
  const heals = changeKind !== null && policy.healingKinds.includes(changeKind);
  const isRisky = changeKind !== null && policy.riskyKinds.includes(changeKind);
  if (remaining <= 0) {
    (heals ? warnings : blocks).push(`the error budget is used up${heals ? `; ${changeKind} may pass` : ''}`);
  } else if (remaining <= policy.warnAt) {
    warnings.push(`${percent(remaining)} of the error budget is left`);
  }
  const burning = burningFast(input, policy);
  if (burning !== null) (isRisky ? blocks : warnings).push(burning);
  return { warnings, blocks };
}

function burningFast({ isPaging, burn }: GateInput, policy: GatePolicy): string | null {
  if (isPaging === false) return null;
  const windows = Object.entries(policy.fastBurn) as [keyof GateJson['burn'], number][];
  const fast = windows.filter(([window, limit]) => (burn[window] ?? 0) >= limit);
  if (isPaging === null && fast.length === 0) return null;
  const rates = fast.map(([window]) => `${burn[window]?.toFixed(1)} times too fast over ${window}`);
  return rates.length === 0 ? 'the budget burns fast enough to page' : `the budget burns ${rates.join(' and ')}`;
}

/** Valid with a reason and a second person, for a day. */
function validOverride(
  { override, nowMs }: GateInput,
  policy: GatePolicy,
): { reason: string; until: number | null } | null {
  if (override === null) return null;
  const { reason, requestedBy, approvedBy, atMs } = override;
  if (reason.trim() === '') return { reason: 'the override has no reason', until: null };
  if (requestedBy === approvedBy)
    return { reason: `the override of ${requestedBy} needs a second person`, until: null };
  const until = atMs + policy.overrideMs;
  if (nowMs >= until || atMs > nowMs) return { reason: `the override of ${requestedBy} is not in force`, until: null };
  return { reason: `overridden by ${requestedBy}, approved by ${approvedBy}: ${reason}`, until };
}

const SEVERITY = { allow: 0, warn: 1, block: 2 };

/** Several budgets: the strictest answer holds, with the tightest budget's numbers and everybody's reasons. */
export function strictest(decisions: readonly (GateDecision & { id: string })[]): GateDecision | null {
  const [tightest] = decisions.toSorted((a, b) => (a.budget_remaining ?? 2) - (b.budget_remaining ?? 2));
  if (tightest === undefined) return null;
  const [first] = decisions.toSorted((a, b) => SEVERITY[b.decision] - SEVERITY[a.decision]);
  return {
    decision: first?.decision ?? 'allow',
    reasons: decisions.flatMap(({ id, reasons }) => reasons.map((reason) => `${id}: ${reason}`)),
    budget_remaining: tightest.budget_remaining,
    burn: tightest.burn,
    expires_at: decisions.map(({ expires_at }) => expires_at).toSorted()[0] ?? tightest.expires_at,
    overridden: decisions.some(({ overridden }) => overridden),
  };
}

const percent = (share: number): string => `${Math.floor(share * 100)} %`;
