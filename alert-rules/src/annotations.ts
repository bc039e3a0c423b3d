/** What an alert says to the person it wakes: how bad it is, how long the budget lasts, what to read. */
import { formatDuration } from './duration.ts';
import { BUDGET_REMAINING, errorRatioName, windowsOf } from './names.ts';
import { type CompileOptions, scaled } from './options.ts';
import { format, multiply, ONE, rational, subtract } from './rational.ts';
import type { Slo, Tier } from './slo.ts';

/** In Prometheus' template language. The alert's value is the error ratio of the long window. */
export function prometheusAnnotations(slo: Slo, tier: Tier, options: CompileOptions): Record<string, string> {
  const { longMs } = windowsOf(tier, options);
  const selector = `{${[`slo="${slo.id}"`, ...slo.groupBy.map((label) => `${label}=%q`)].join(',')}}`;
  const remaining = `${BUDGET_REMAINING}${selector}`;
  // Budget left, in seconds of error, over the errors of a second.
  const periodMs = scaled(slo.periodMs, options);
  const budgetSeconds = format(multiply(rational(periodMs, 1000), subtract(ONE, slo.objective)));
  const lasting = `(${remaining} > 0) * ${budgetSeconds} / (${errorRatioName(longMs)}${selector} > 0)`;
  return {
    summary: summary(slo, tier, options, '{{ $value | humanizePercentage }}'),
    description: [
      `Error budget left of the last ${formatDuration(periodMs)}: ${queried(remaining, slo, 'humanizePercentage', 'unknown')}.`,
      `At this rate it lasts ${queried(lasting, slo, 'humanizeDuration', 'no longer: it is used up')}.`,
    ].join(' '),
    ...links(slo, options),
  };
}

export function summary(slo: Slo, tier: Tier, options: CompileOptions, value: string): string {
  const { longMs, shortMs } = windowsOf(tier, options);
  const windows = `the last ${formatDuration(longMs)} (and of the last ${formatDuration(shortMs)} more than ${format(tier.factor)} times the budget)`;
  return `${slo.title}: ${value} bad in ${windows}`;
}

/** Where to look next. `explain` lists the episodes behind the number. */
export function links(slo: Pick<Slo, 'runbook' | 'productSli'>, options: CompileOptions): Record<string, string> {
  return {
    ...(slo.runbook === null ? {} : { runbook_url: resolve(options.runbookBase, slo.runbook) }),
    ...(slo.productSli === null
      ? {}
      : {
          explain_url: `${options.processorUrl}/slis/${slo.productSli}`,
          dashboard_url: `${options.grafanaUrl}/a/cnapp-slo-app/slis/${slo.productSli}`,
        }),
  };
}

/** A template that runs a query with the alert's own group labels, and says `otherwise` where it has no answer. */
function queried(query: string, slo: Slo, formatter: string, otherwise: string): string {
  const placeholders = query.split('%q').length - 1;
  const values = Array.from({ length: placeholders }, (_, i) => `$labels.${slo.groupBy[i % slo.groupBy.length]}`);
  const text = placeholders === 0 ? `query \`${query}\`` : `printf \`${query}\` ${values.join(' ')} | query`;
  return `{{ with ${text} }}{{ . | first | value | ${formatter} }}{{ else }}${otherwise}{{ end }}`;
}

const resolve = (base: string, path: string): string =>
  /^https?:/.test(path) || base === '' ? path : `${base}/${path}`;
