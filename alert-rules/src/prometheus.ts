/** SLO → one Prometheus rule group: error ratios over each window, the budget, and one alert a tier. */
import { prometheusAnnotations } from './annotations.ts';
import { formatDuration } from './duration.ts';
import { alertName, BUDGET_REMAINING, errorRatioName, eventsName, OBJECTIVE, windowsOf } from './names.ts';
import { type CompileOptions, scaled } from './options.ts';
import { badEventsOver, eventsOver, matchers, queriedErrorRatio } from './promql.ts';
import { format, ONE, subtract } from './rational.ts';
import type { Slo, Tier } from './slo.ts';
import { reachableTiers, threshold } from './tiers.ts';

/** Rules as Prometheus' rule files spell them. */
export interface RecordingRule {
  record: string;
  expr: string;
  labels?: Record<string, string>;
}

export interface AlertingRule {
  alert: string;
  expr: string;
  for?: string;
  keep_firing_for?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface RuleGroup {
  name: string;
  interval: string;
  rules: (RecordingRule | AlertingRule)[];
}

export function prometheusGroup(slo: Slo, options: CompileOptions): RuleGroup {
  const tiers = reachableTiers(slo);
  const periodMs = scaled(slo.periodMs, options);
  const windows = new Set(tiers.flatMap((tier) => Object.values(windowsOf(tier, options)))).add(periodMs);
  const budget = format(subtract(ONE, slo.objective));
  return {
    name: `cnapp-slo-${slo.id}`,
    interval: formatDuration(scaled(options.evaluationMs, options)),
    rules: [
      ...[...windows].toSorted((a, b) => a - b).flatMap((ms) => windowRules(slo, ms, ms === periodMs, options)),
      { record: OBJECTIVE, expr: `vector(${format(slo.objective)})`, labels: identity(slo) },
      { record: BUDGET_REMAINING, expr: `1 - ${errorRatioName(periodMs)}${matchers({ slo: slo.id })} / ${budget}` },
      ...tiers.map((tier) => alertingRule(slo, tier, options)),
    ],
  };
}

const identity = (slo: Slo) => ({ slo: slo.id, service: slo.service });

/** Without any event there is no ratio: neither 0 nor NaN, which would poison whatever it is added to. */
function windowRules(slo: Slo, windowMs: number, isPeriod: boolean, options: CompileOptions): RecordingRule[] {
  const sli = isPeriod ? periodSli(slo, options) : slo.sli;
  const record = errorRatioName(windowMs);
  if (sli.kind === 'ratio') {
    return [{ record, expr: queriedErrorRatio(sli, windowMs, slo.groupBy), labels: identity(slo) }];
  }
  const selector = matchers({ slo: slo.id });
  const [bad, all] = [eventsName('bad', windowMs), eventsName('all', windowMs)];
  return [
    { record: all, expr: eventsOver(sli.total, windowMs, slo.groupBy), labels: identity(slo) },
    { record: bad, expr: badEventsOver(sli, windowMs, slo.groupBy, all + selector), labels: identity(slo) },
    { record, expr: `${bad}${selector} / (${all}${selector} > 0)` },
  ];
}

/** The period is longer than many a Prometheus keeps data; where the processor counts exactly, its count is used. */
function periodSli(slo: Slo, options: CompileOptions): Slo['sli'] {
  if (slo.exactCounts === null || options.timeScale !== 1) return slo.sli;
  const open = slo.exactCounts.replace(/\}$/, '');
  const counts = (outcome: string) => ({ kind: 'windowed' as const, text: `${open}${outcome},window="{{.window}}"}` });
  return { kind: 'events', good: null, bad: counts(',outcome="bad"'), total: counts('') };
}

function alertingRule(slo: Slo, tier: Tier, options: CompileOptions): AlertingRule {
  const limit = `${tier.op === 'gt' ? '>' : '>='} ${format(threshold(tier, slo.objective))}`;
  const { longMs, shortMs } = windowsOf(tier, options);
  const burns = (windowMs: number) => `${errorRatioName(windowMs)}${matchers({ slo: slo.id })} ${limit}`;
  return {
    alert: alertName(slo),
    expr: `${burns(longMs)}\nand\n${burns(shortMs)}`,
    ...(tier.forMs > 0 ? { for: formatDuration(scaled(tier.forMs, options)) } : {}),
    ...(tier.keepFiringForMs > 0 ? { keep_firing_for: formatDuration(scaled(tier.keepFiringForMs, options)) } : {}),
    labels: { ...slo.labels, severity: tier.severity, tier: tier.id },
    annotations: prometheusAnnotations(slo, tier, options),
  };
}
