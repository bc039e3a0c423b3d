/** What an alert says to the person it wakes: how bad it is, how long the budget lasts, what to read. */
import type { Alert } from './alerts.ts';
import { formatDuration } from './duration.ts';
import { BUDGET_EVENTS, BUDGET_REMAINING, errorRatioName, LADDER, REGIME } from './names.ts';
import type { CompileOptions } from './options.ts';
import { format, multiply, ONE, rational, subtract } from './rational.ts';
import { narrowed } from './regimes.ts';
import type { Slo } from './slo.ts';

/** In Prometheus' template language. */
export function prometheusAnnotations(slo: Slo, alert: Alert, options: CompileOptions): Record<string, string> {
  const value = alert.value === 'ratio' ? '{{ $value | humanizePercentage }}' : '{{ $value }}';
  return {
    summary: `${literal(slo.title)}: ${value} ${literal(alert.meaning)}`,
    ...(alert.rateMs === null ? {} : { description: description(slo, alert, alert.rateMs) }),
    ...contributors(slo, alert),
    ...links(slo, options),
    ...alert.annotations,
  };
}

/** The budget, how long it lasts, and which windows of the ladder hold; a plain alert's two windows stand in its summary. */
function description(slo: Slo, { condition }: Alert, rateMs: number): string {
  const selector = groupSelector(slo);
  const remaining = `${BUDGET_REMAINING}${selector}`;
  const exact = slo.exactCounts?.selector ?? '';
  const counted = (labels: Record<string, string>) =>
    `sum(${ofGroup(exact, { ...labels, window: formatDuration(rateMs) }, slo)})`;
  const rate =
    'query' in condition ? `${counted({ outcome: 'bad' })} / ${counted({})}` : `${errorRatioName(rateMs)}${selector}`;
  // Budget left, in seconds of error, over the errors of a second.
  const budgetSeconds = format(multiply(rational(slo.period.ms, 1000), subtract(ONE, slo.objective)));
  const lasting = `(${remaining} > 0) * ${budgetSeconds} / (${rate} > 0)`;
  const otherwise = queried(`${remaining} <= 0`, slo, 'no longer: it is used up', 'for an unknown time');
  const windows = '{{ range . }} {{ .Labels.window }} ({{ .Value }} bad){{ end }}';
  const lines = [
    `Error budget left of the last ${formatDuration(slo.period.ms)}: ${queried(remaining, slo, show('humanizePercentage'), 'unknown')}.`,
    `At this rate it lasts ${queried(lasting, slo, show('humanizeDuration'), otherwise)}.`,
    ...('query' in condition
      ? [`Windows with more bad events than chance allows:${queried(LADDER + selector, slo, windows, ' none')}.`]
      : []),
    ...(slo.exactCounts?.lowTraffic === true
      ? [
          `Regime ${queried(REGIME + selector, slo, show('humanize'), 'unknown')}: a budget of ${queried(BUDGET_EVENTS + selector, slo, show('humanize'), 'unknown')} events.`,
        ]
      : []),
  ];
  return lines.join(' ');
}

/** Who has missed most, so that the right people read on. Absent where nobody counts them. */
function contributors(slo: Slo, { lookbackMs }: Alert): Record<string, string> {
  if (slo.contributors === null || lookbackMs === null) return {};
  const { selector, label, windowMs } = slo.contributors;
  const window = formatDuration(windowMs ?? lookbackMs);
  const most = `sort_desc(topk(3, sum by (${label}) (${ofGroup(selector, { window }, slo)}) > 0))`;
  const names = `{{ range $i, $one := . }}{{ if $i }}, {{ end }}{{ $one.Labels.${label} }} {{ $one.Value | humanize }}{{ end }}`;
  return { contributors: queried(most, slo, names, 'unknown') };
}

/** A selector of one group's series: with a `%q` for each group label. */
function ofGroup(selector: string, labels: Readonly<Record<string, string>>, slo: Slo): string {
  const group = slo.groupBy.map((label) => `${label}=%q`).join(',');
  const text = narrowed(slo.groupBy.length === 0 ? selector : selector.replaceAll('%', '%%'), labels);
  return group === '' ? text : text.replace(/\}$/, `,${group}}`);
}

/** With a `%q` for each group label, which the alert's own labels fill. */
const groupSelector = (slo: Slo): string =>
  `{${[`slo="${slo.id}"`, ...slo.groupBy.map((label) => `${label}=%q`)].join(',')}}`;

const show = (formatter: string): string => `{{ . | first | value | ${formatter} }}`;

/** Text that both template languages leave alone. */
export const literal = (text: string): string => text.replaceAll('{{', '{{ "{{" }}');

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
function queried(query: string, slo: Slo, answer: string, otherwise: string): string {
  const placeholders = query.split('%q').length - 1;
  const values = Array.from({ length: placeholders }, (_, i) => `$labels.${slo.groupBy[i % slo.groupBy.length]}`);
  const text = placeholders === 0 ? `query \`${query}\`` : `printf \`${query}\` ${values.join(' ')} | query`;
  return `{{ with ${text} }}${answer}{{ else }}${otherwise}{{ end }}`;
}

const resolve = (base: string, path: string): string =>
  /^https?:/.test(path) || base === '' ? path : `${base}/${path}`;
