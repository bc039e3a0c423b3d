/**
 * SLO → Grafana's provisioning file for alert rules. The rules query the series that Prometheus records, so that both
 * always agree. Source: Grafana 12.3, pkg/services/provisioning/alerting (field names differ from the HTTP API).
 */
import { links, summary } from './annotations.ts';
import { formatDuration } from './duration.ts';
import { errorRatioName, windowsOf } from './names.ts';
import { type CompileOptions, scaled } from './options.ts';
import { matchers } from './promql.ts';
import { format } from './rational.ts';
import type { Slo, Tier } from './slo.ts';
import { reachableTiers, threshold } from './tiers.ts';

export interface GrafanaRule {
  /** Permanent, at most 40 of [A-Za-z0-9_-]. */
  uid: string;
  title: string;
  condition: string;
  data: GrafanaQuery[];
  noDataState: 'OK' | 'Alerting';
  execErrState: 'Error';
  for: string;
  keepFiringFor?: string;
  annotations: Record<string, string>;
  labels: Record<string, string>;
  isPaused: boolean;
}

export interface GrafanaQuery {
  refId: string;
  relativeTimeRange: { from: number; to: number };
  datasourceUid: string;
  model: Record<string, unknown>;
}

export interface GrafanaGroup {
  orgId: number;
  name: string;
  folder: string;
  interval: string;
  rules: GrafanaRule[];
}

const UID_LENGTH = 40;

export function grafanaGroup(slo: Slo, options: CompileOptions): GrafanaGroup {
  return {
    orgId: 1,
    name: `cnapp-slo-${slo.id}`,
    folder: options.folder,
    interval: formatDuration(scaled(options.evaluationMs, options)),
    rules: reachableTiers(slo).map((tier) => grafanaRule(slo, tier, options)),
  };
}

function grafanaRule(slo: Slo, tier: Tier, options: CompileOptions): GrafanaRule {
  const { longMs, shortMs } = windowsOf(tier, options);
  const limit = `${tier.op === 'gt' ? '>' : '>='} ${format(threshold(tier, slo.objective))}`;
  return {
    uid: permanentUid(`cnapp-${slo.id}-${tier.id}`),
    title: expandable(`${slo.title}: ${tier.id}`),
    condition: 'C',
    data: [
      prometheusQuery('A', ratioQuery(slo, longMs), options),
      prometheusQuery('B', ratioQuery(slo, shortMs), options),
      mathQuery('C', `$A ${limit} && $B ${limit}`),
    ],
    // No events is no burn; a silent processor or source has alerts of its own.
    noDataState: 'OK',
    execErrState: 'Error',
    for: formatDuration(scaled(tier.forMs, options)),
    ...(tier.keepFiringForMs > 0 ? { keepFiringFor: formatDuration(scaled(tier.keepFiringForMs, options)) } : {}),
    annotations: {
      summary: summary(slo, tier, options, '{{ humanizePercentage $values.A.Value }}'),
      ...links(slo, options),
    },
    labels: Object.fromEntries(
      Object.entries({ ...slo.labels, slo: slo.id, service: slo.service, severity: tier.severity, tier: tier.id }).map(
        ([name, value]) => [name, expandable(value)],
      ),
    ),
    isPaused: false,
  };
}

/** Aggregated, so that both windows have the same labels (no metric name) and Grafana can join them. */
function ratioQuery(slo: Slo, windowMs: number): string {
  const by = slo.groupBy.length === 0 ? '' : ` by (${slo.groupBy.join(', ')}) `;
  return `max${by}(${errorRatioName(windowMs)}${matchers({ slo: slo.id })})`;
}

export function prometheusQuery(refId: string, expr: string, options: CompileOptions): GrafanaQuery {
  return {
    refId,
    relativeTimeRange: { from: 600, to: 0 },
    datasourceUid: options.datasourceUid,
    model: { refId, expr, instant: true, range: false, editorMode: 'code' },
  };
}

export function mathQuery(refId: string, expression: string): GrafanaQuery {
  return {
    refId,
    relativeTimeRange: { from: 0, to: 0 },
    datasourceUid: '__expr__',
    model: { refId, type: 'math', expression },
  };
}

/** Grafana expands `$` in titles and labels of provisioning files (not in annotations and models). */
export const expandable = (text: string): string => text.replaceAll('$', '$$$$');

/** Too long an id keeps its beginning and gets a hash (FNV-1a) of the whole, so that it stays permanent and distinct. */
export function permanentUid(id: string): string {
  const uid = id.replace(/[^A-Za-z0-9_-]/g, '-');
  if (uid.length <= UID_LENGTH) return uid;
  let hash = 0x811c9dc5;
  for (const char of uid) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return `${uid.slice(0, UID_LENGTH - 9)}-${hash.toString(16).padStart(8, '0')}`;
}
