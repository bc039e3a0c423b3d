/** What only a running Prometheus knows: whether selectors match, counters are counters, and there is traffic to alert on. */

import { thresholdOf } from './alerts.ts';
import { formatDuration } from './duration.ts';
import { at } from './lint.ts';
import type { Problem } from './problem.ts';
import { eventsOver } from './promql.ts';
import { type Selector, selectorsOf } from './promql-syntax.ts';
import { format, multiply, ONE, rational, subtract, toNumber } from './rational.ts';
import { REGIME_LIMITS } from './regimes.ts';
import type { EventsSli, Query, Sli, Slo } from './slo.ts';
import { activeTiers } from './tiers.ts';

/** The parts of Prometheus' HTTP API that are asked. */
export interface PrometheusReader {
  /** An instant query. */
  query(promql: string): Promise<{ labels: Record<string, string>; value: number }[]>;
  /** `counter`, `gauge` …; null when Prometheus has no metadata of the metric. */
  metricType(metric: string): Promise<string | null>;
}

type Finding = Parameters<typeof at>[1];

export async function lintLive(slos: readonly Slo[], prometheus: PrometheusReader): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const slo of slos) {
    const findings = [...(await lintSeries(slo, prometheus)), ...(await lintTraffic(slo, prometheus))];
    problems.push(...findings.map((finding) => at(slo, finding)));
  }
  return problems;
}

/** A side that may stay away while all is well: nothing has failed yet. */
interface Side {
  query: Query;
  mayBeAbsent: boolean;
}

function sidesOf(sli: Sli): Side[] {
  switch (sli.kind) {
    case 'events':
      return [
        { query: sli.total, mayBeAbsent: false },
        { query: sli.bad ?? sli.good, mayBeAbsent: sli.bad !== null },
      ].filter((side): side is Side => side.query !== null);
    case 'ratio':
      return [{ query: sli.query, mayBeAbsent: false }];
    case 'threshold':
      return [{ query: { text: sli.query, kind: 'windowed' }, mayBeAbsent: false }];
    case 'slices':
      return sidesOf(sli.of);
  }
}

/** What the low-traffic alerts, the alert on silence and the annotations read besides the SLI. */
function evidenceOf({ exactCounts, freshness, contributors }: Slo): { text: string; mayBeAbsent: boolean }[] {
  const { selector, causes, cusum } = exactCounts ?? {};
  const always = [selector, causes, cusum, cusum && thresholdOf(cusum), freshness];
  return [
    ...always.flatMap((text) => (text ? [{ text, mayBeAbsent: false }] : [])),
    ...(contributors === null ? [] : [{ text: contributors.selector, mayBeAbsent: true }]),
  ];
}

async function lintSeries(slo: Slo, prometheus: PrometheusReader): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { text, mayBeAbsent } of evidenceOf(slo)) {
    if ((await prometheus.query(`count(${text})`)).length === 0) findings.push(noSeries(text, mayBeAbsent));
  }
  for (const { query, mayBeAbsent } of sidesOf(slo.sli)) {
    for (const selector of selectorsOf(query.text)) {
      const text = selector.text.replace(/\{\{\s*\.window\s*\}\}/g, '5m');
      const series = await prometheus.query(`count by (${slo.groupBy.join(', ')}) (${text})`);
      if (series.length === 0) findings.push(noSeries(text, mayBeAbsent));
      for (const label of slo.groupBy) {
        if (series.some(({ labels }) => labels[label] === undefined)) findings.push(noLabel(text, label));
      }
      findings.push(...(await lintType(selector, query, prometheus)));
    }
  }
  return findings;
}

const noSeries = (text: string, mayBeAbsent: boolean): Finding => ({
  severity: mayBeAbsent ? 'warning' : 'error',
  code: 'live.no_series',
  message: `${text} matches nothing`,
  remedy: mayBeAbsent
    ? 'Fine if nothing has failed yet; else correct the selector'
    : 'Correct the selector, or scrape its target',
});

const noLabel = (text: string, label: string): Finding => ({
  severity: 'error',
  code: 'live.group_label',
  message: `series of ${text} have no label ${label}`,
  remedy: 'Correct cnapp-slo.dev/group-by',
});

async function lintType({ metric, within }: Selector, query: Query, prometheus: PrometheusReader): Promise<Finding[]> {
  const isCounted = query.kind === 'counter' || within === 'rate' || within === 'increase';
  if (metric === null || !isCounted) return [];
  // Metadata of histograms and summaries is that of the family.
  const family = metric.replace(/_(bucket|count|sum)$/, '');
  const type = (await prometheus.metricType(metric)) ?? (await prometheus.metricType(family));
  if (type === null || ['counter', 'histogram', 'summary', 'unknown'].includes(type)) return [];
  const remedy = 'Set counter: false, or count something else';
  return [
    { severity: 'error', code: 'live.not_a_counter', message: `${metric} is a ${type}, but it is counted`, remedy },
  ];
}

/** Without exact counts there is no low-traffic regime: then the plain alerts must have enough to stand on. */
async function lintTraffic(slo: Slo, prometheus: PrometheusReader): Promise<Finding[]> {
  if (slo.sli.kind !== 'events' || slo.exactCounts?.lowTraffic !== undefined) return [];
  const totals = await prometheus.query(eventsInPeriod(slo.sli, slo));
  const [fewest] = totals.map(({ value }) => value).toSorted((a, b) => a - b);
  if (fewest === undefined) return [];
  const events = Math.round(fewest);
  const budget = toNumber(multiply(subtract(ONE, slo.objective), rational(events)));
  const plenty = REGIME_LIMITS[1];
  if (budget >= plenty) return [];
  const loud = activeTiers(slo).filter(
    ({ factor, longMs }) => (budget * toNumber(factor) * longMs) / slo.period.ms < 1,
  );
  const counted = `${events} events in ${formatDuration(slo.period.ms)} leave a budget of ${format(rational(Math.round(budget * 10), 10))}`;
  const tiers = loud.length === 0 ? '' : `; one single miss sets off ${loud.map(({ id }) => id).join(', ')}`;
  return [
    {
      severity: 'warning',
      code: 'live.traffic',
      message: `${counted}${tiers}`,
      remedy: 'Export exact counts and name them in cnapp-slo.dev/exact-counts, or lower the objective',
    },
  ];
}

/** A rate is per second: times the period it is a number of events. */
function eventsInPeriod(sli: EventsSli, slo: Slo): string {
  const isRate = selectorsOf(sli.total.text).some(({ within }) => within === 'rate' || within === 'irate');
  return `${eventsOver(sli.total, slo.period.ms, slo.groupBy)}${isRate ? ` * ${slo.period.ms / 1000}` : ''}`;
}
