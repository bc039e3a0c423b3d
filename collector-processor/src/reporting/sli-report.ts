import type { SliComputation, SliDefinition, SliMember, SliReport } from '@cnapp-slo/model';
import type { Burn } from './burn.ts';
import type { Coverage } from './coverage.ts';
import { iso } from './json.ts';

export interface ReportContext {
  coverage: Coverage;
  burn: Burn;
  window: string;
  asOfMs: number;
  /** Where the window ends, when it was asked for. */
  untilMs?: number;
  final: boolean;
}

export function reportOf(definition: SliDefinition, computation: SliComputation, context: ReportContext): SliReport {
  const { value, good, bad, members, durations, companions } = computation;
  const { coverage } = context;
  const ratio = ratioOf(good, bad);
  const remaining = budgetRemaining(definition.objective, good, bad);
  const isCovered = coverage.value !== null && coverage.value >= definition.minimumCoverage;
  const isEnough = isCovered && computation.insufficient === undefined;
  // Where there is an objective it is on the ratio: without one nothing is met, whatever the closed cohort shows.
  const isEmpty = ratio === null && (value === null || definition.objective !== null);
  const report: SliReport = {
    id: definition.id,
    code: definition.code,
    title: definition.title,
    unit: definition.unit,
    direction: definition.direction,
    value,
    ratio,
    objective: definition.objective,
    good,
    bad,
    excluded: excludedBy(members),
    pending: members.filter((member) => member.role === 'pending').length,
    coverage: coverage.value,
    status: isEmpty ? 'no_data' : isEnough ? statusOf(remaining, context.burn) : 'insufficient',
    reason: isEmpty ? emptyReason(members) : isEnough ? null : (computation.insufficient ?? coverage.reason),
    budget: { remaining, burn: context.burn.rates },
    window: context.window,
    as_of: iso(context.asOfMs),
    ...(context.untilMs === undefined ? {} : { until: iso(context.untilMs) }),
    final: context.final,
    definition_version: definition.version,
    companions,
  };
  if (durations) {
    const { expectedMisses, ...others } = durations;
    Object.assign(report, { ...others, expected_misses: expectedMisses });
  }
  return report;
}

export function ratioOf(good: number, bad: number): number | null {
  return good + bad > 0 ? good / (good + bad) : null;
}

/** 1: untouched, 0: used up, negative: overspent; null without events or objective. */
function budgetRemaining(objective: number | null, good: number, bad: number): number | null {
  if (objective === null || good + bad === 0) return null;
  return 1 - bad / (allowedRatio(objective) * (good + bad));
}

/** 1 − objective as the decimal it is written as: 1 − 0.95 is 0.05, not 0.050000000000000044. */
export function allowedRatio(objective: number): number {
  return Number((1 - objective).toFixed(9));
}

function statusOf(remaining: number | null, { isFiring }: Burn): SliReport['status'] {
  if (remaining !== null && remaining <= 0) return 'breached';
  return isFiring || (remaining !== null && remaining <= 0.5) ? 'at_risk' : 'ok';
}

function excludedBy(members: readonly SliMember[]): Record<string, number> {
  const excluded: Record<string, number> = {};
  for (const { role, reason } of members)
    if (role === 'excluded' && reason !== null) excluded[reason] = (excluded[reason] ?? 0) + 1;
  return Object.fromEntries(Object.entries(excluded).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function emptyReason(members: readonly SliMember[]): string {
  if (members.length === 0) return 'nothing of this kind happened in the window';
  const pending = members.filter((member) => member.role === 'pending').length;
  if (pending === members.length) return 'every episode of the window is still pending';
  return pending > 0 ? 'every episode of the window is pending or excluded' : 'every episode of the window is excluded';
}
