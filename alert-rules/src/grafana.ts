/**
 * SLO → Grafana's provisioning file for alert rules. The rules query the series that Prometheus records, so that both
 * always agree. Source: Grafana 12.3, pkg/services/provisioning/alerting (field names differ from the HTTP API).
 */
import { type Alert, alertsOf } from './alerts.ts';
import { links, literal } from './annotations.ts';
import { formatDuration } from './duration.ts';
import { alertLabels } from './labels.ts';
import { errorRatioName } from './names.ts';
import type { CompileOptions } from './options.ts';
import { matchers } from './promql.ts';
import type { Slo } from './slo.ts';

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

/** Where the app is installed, Grafana shows the app's links on such rules, and leaves changing them to it. Notifications do not carry the label. */
const ORIGIN = { __grafana_origin: 'plugin/cnapp-slo-app' };

/** Measured SLOs have no rules here: Grafana routes whatever fires. */
export function grafanaGroup(slo: Slo, options: CompileOptions): GrafanaGroup {
  return {
    orgId: 1,
    name: `cnapp-slo-${slo.id}`,
    folder: options.folder,
    interval: formatDuration(options.evaluationMs),
    rules: slo.mode === 'measure' ? [] : alertsOf(slo).map((alert) => grafanaRule(slo, alert, options)),
  };
}

function grafanaRule(slo: Slo, alert: Alert, options: CompileOptions): GrafanaRule {
  // Without data there is no A, and Grafana expands the annotations all the same.
  const shown = alert.value === 'ratio' ? 'humanizePercentage .Value' : '.Value';
  const value = `{{ with $values.A }}{{ ${shown} }}{{ else }}unknown{{ end }}`;
  const labels = Object.entries(alertLabels(slo, alert));
  return {
    uid: permanentUid(`cnapp-${slo.id}-${alert.tier}`),
    title: expandable(`${slo.title}: ${alert.tier}`),
    condition: 'FIRES',
    data: queriesOf(slo, alert, options),
    // No events is no burn; a silent processor or source has alerts of its own.
    noDataState: 'OK',
    execErrState: 'Error',
    for: formatDuration(alert.forMs),
    ...(alert.keepFiringForMs > 0 ? { keepFiringFor: formatDuration(alert.keepFiringForMs) } : {}),
    annotations: { summary: `${literal(slo.title)}: ${value} ${literal(alert.meaning)}`, ...links(slo, options) },
    labels: { ...Object.fromEntries(labels.map(([name, text]) => [name, expandable(text)])), ...ORIGIN },
    isPaused: false,
  };
}

/** Aggregated, so that all queries have the same labels (no metric name) and Grafana can join them. */
function queriesOf(slo: Slo, { condition }: Alert, options: CompileOptions): GrafanaQuery[] {
  const ours = (query: string) => `max by (${slo.groupBy.join(', ')}) (${query})`;
  if ('query' in condition) {
    return [prometheusQuery('A', ours(condition.query), options), mathQuery('FIRES', '$A > 0')];
  }
  const { longMs, shortMs, limit, evidence } = condition;
  const ratio = (windowMs: number) => ours(`${errorRatioName(windowMs)}${matchers({ slo: slo.id })}`);
  return [
    prometheusQuery('A', ratio(longMs), options),
    prometheusQuery('B', ratio(shortMs), options),
    ...(evidence === null ? [] : [prometheusQuery('C', ours(evidence), options)]),
    mathQuery('FIRES', `$A ${limit} && $B ${limit}${evidence === null ? '' : ' && $C > 0'}`),
  ];
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
