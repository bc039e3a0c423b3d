/** What an SLO's alerts have said in a Prometheus: for one in measure mode, what would have been sent. */
import { alertsOf } from '../alerts.ts';
import { DAY_MS } from '../duration.ts';
import { matchers } from '../promql.ts';
import { toNumber } from '../rational.ts';
import type { Severity, Slo } from '../slo.ts';
import { notifications } from './report.ts';
import type { RangeSeries } from './stream.ts';

const YEAR_MS = 365 * DAY_MS;

export interface RecordedFiring {
  tier: string;
  severity: Severity;
  /** The labels that separate budgets, such as the tenant. */
  group: Record<string, string>;
  fromMs: number;
  /** Null while it still fires at the end. */
  toMs: number | null;
}

export interface RecordedReport {
  mode: Slo['mode'];
  from: string;
  to: string;
  firings: RecordedFiring[];
  /** Alerts of one group that overlap are one. */
  pages: number;
  tickets: number;
  pagesPerYear: number;
  ticketsPerYear: number;
  promisedPerYear: number | null;
}

/** The series whose range `recordedReport` reads. */
export const recordedQuery = (slo: Slo): string =>
  `ALERTS${matchers({ alertname: slo.alertName, slo: slo.id, alertstate: 'firing' })}`;

/** `series` are the answer to `recordedQuery` in steps of `stepMs`: a step without a sample ends a firing. */
export function recordedReport(
  slo: Slo,
  series: readonly RangeSeries[],
  { fromMs, toMs, stepMs }: { fromMs: number; toMs: number; stepMs: number },
): RecordedReport {
  const severities = new Map(alertsOf(slo).map(({ tier, severity }) => [tier, severity]));
  const firings = series.flatMap(({ metric, values }): RecordedFiring[] => {
    const tier = metric.tier ?? '';
    const severity = severities.get(tier);
    if (severity === undefined) return []; // of a tier that the SLO no longer has
    const group = Object.fromEntries(slo.groupBy.map((label) => [label, metric[label] ?? '']));
    return runs(values, stepMs, toMs).map((run) => ({ tier, severity, group, ...run }));
  });
  const groups = Map.groupBy(firings, ({ group }) => JSON.stringify(group));
  const count = (severity: Severity) =>
    [...groups.values()].reduce((sum, one) => sum + notifications(one, severity), 0);
  const years = Math.max(toMs - fromMs, DAY_MS) / YEAR_MS;
  const [pages, tickets] = [count('page'), count('ticket')];
  return {
    mode: slo.mode,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    firings: firings.toSorted((a, b) => a.fromMs - b.fromMs),
    pages,
    tickets,
    pagesPerYear: pages / years,
    ticketsPerYear: tickets / years,
    promisedPerYear: slo.exactCounts?.lowTraffic === true ? toNumber(slo.exactCounts.falseAlertsPerYear) : null,
  };
}

function runs(values: RangeSeries['values'], stepMs: number, endMs: number): { fromMs: number; toMs: number | null }[] {
  const found: { fromMs: number; toMs: number | null }[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const [seconds] of values) {
    const atMs = seconds * 1000;
    if (atMs - lastMs > 1.5 * stepMs) found.push({ fromMs: atMs, toMs: null });
    const run = found.at(-1);
    if (run) run.toMs = atMs + stepMs > endMs ? null : atMs + stepMs;
    lastMs = atMs;
  }
  return found;
}
