/** SLO → one Prometheus rule group: error ratios over each window, the budget, and one alert a tier. */
import { type Alert, alertsOf, hasRegimes } from './alerts.ts';
import { prometheusAnnotations } from './annotations.ts';
import { formatDuration, HOUR_MS } from './duration.ts';
import { alertLabels, identity } from './labels.ts';
import { BUDGET_REMAINING, errorRatioName, OBJECTIVE } from './names.ts';
import type { CompileOptions } from './options.ts';
import { matchers } from './promql.ts';
import { format, ONE, subtract } from './rational.ts';
import { evidenceRules } from './regimes.ts';
import type { AlertingRule, RuleGroup } from './rule-group.ts';
import type { Slo } from './slo.ts';
import { CALENDAR_STEP_MS, periodRules, sourceRules, windowRules } from './windows.ts';

export function prometheusGroup(slo: Slo, options: CompileOptions): RuleGroup {
  const alerts = alertsOf(slo);
  const periodMs = slo.period.ms;
  const windows = new Set(
    alerts.flatMap(({ condition }) => ('query' in condition ? [] : [condition.longMs, condition.shortMs])),
  );
  if (slo.period.calendar !== null) windows.add(CALENDAR_STEP_MS);
  windows.add(HOUR_MS).delete(periodMs);
  const budget = format(subtract(ONE, slo.objective));
  return {
    name: `cnapp-slo-${slo.id}`,
    interval: formatDuration(options.evaluationMs),
    rules: [
      ...sourceRules(slo),
      ...[...windows].toSorted((a, b) => a - b).flatMap((ms) => windowRules(slo, ms)),
      ...periodRules(slo, options),
      { record: OBJECTIVE, expr: `vector(${format(slo.objective)})`, labels: identity(slo) },
      { record: BUDGET_REMAINING, expr: `1 - ${errorRatioName(periodMs)}${matchers({ slo: slo.id })} / ${budget}` },
      ...(hasRegimes(slo) && slo.exactCounts !== null ? evidenceRules(slo, slo.exactCounts, identity(slo)) : []),
      ...alerts.map((alert) => alertingRule(slo, alert, options)),
    ],
  };
}

function alertingRule(slo: Slo, alert: Alert, options: CompileOptions): AlertingRule {
  const { forMs, keepFiringForMs } = alert;
  return {
    alert: slo.alertName,
    expr: conditionOf(slo, alert),
    ...(forMs > 0 ? { for: formatDuration(forMs) } : {}),
    ...(keepFiringForMs > 0 ? { keep_firing_for: formatDuration(keepFiringForMs) } : {}),
    labels: alertLabels(slo, alert),
    annotations: prometheusAnnotations(slo, alert, options),
  };
}

function conditionOf(slo: Slo, { condition }: Alert): string {
  if ('query' in condition) return condition.query;
  const { longMs, shortMs, limit, evidence } = condition;
  const burns = (windowMs: number) => `${errorRatioName(windowMs)}${matchers({ slo: slo.id })} ${limit}`;
  const trusted = evidence === null ? '' : `\nand on (${slo.groupBy.join(', ')})\n(${evidence})`;
  return `${burns(longMs)}\nand\n${burns(shortMs)}${trusted}`;
}
