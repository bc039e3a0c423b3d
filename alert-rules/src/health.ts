/**
 * Alerts on silence: of the processor, of each source, and of the share of scopes an SLI knows about. They are what makes
 * "no data" safe in the burn alerts: a quiet SLI is no fault, a quiet processor is.
 */
import { links } from './annotations.ts';
import { formatDuration, HOUR_MS } from './duration.ts';
import { type GrafanaGroup, mathQuery, permanentUid, prometheusQuery } from './grafana.ts';
import type { CompileOptions } from './options.ts';
import type { RuleGroup } from './rule-group.ts';
import type { Severity } from './slo.ts';

interface HealthAlert {
  id: string;
  alert: string;
  /** `none`: tells nobody, it only holds others back. */
  severity: Severity | 'none';
  /** Has a sample, above 0, for everything that is wrong. */
  expr: string;
  forMs: number;
  /** `$labels` works in both template languages. */
  summary: string;
  runbook: string;
}

/** A source without a known interval is expected once a day; an hour of delay is nobody's emergency. */
const DEFAULT_SOURCE_SILENCE_MS = 25 * HOUR_MS;
/** Below this share of known scopes an SLI's value is `insufficient` and gates only warn. */
const MINIMUM_COVERAGE = '90 %';
const TOLERATED_GAP = '0.1';

function healthAlerts(options: CompileOptions): HealthAlert[] {
  const lookback = formatDuration(5 * options.evaluationMs);
  const age = 'time() - cnapp_source_last_received_timestamp_seconds';
  return [
    {
      id: 'processor-silent',
      alert: 'CnappProcessorSilent',
      severity: 'page',
      // Always exported while the processor lives, whatever the job is called and however quiet the SLIs are.
      expr: `absent_over_time(cnapp_sli_status[${lookback}])`,
      forMs: 0,
      summary: `No metrics from the processor for ${lookback}: every SLI is blind, and its burn alerts cannot fire`,
      runbook: 'silence.md#processor',
    },
    {
      id: 'source-silent',
      alert: 'CnappSourceSilent',
      severity: 'ticket',
      expr: [
        `${age} > on (tenant, source, format) 2 * cnapp_source_interval_seconds`,
        'or',
        `(${age} unless on (tenant, source, format) cnapp_source_interval_seconds) > ${DEFAULT_SOURCE_SILENCE_MS / 1000}`,
      ].join('\n'),
      forMs: 5 * options.evaluationMs,
      summary:
        'Source {{ $labels.source }} ({{ $labels.format }}) of tenant {{ $labels.tenant }} is silent for two intervals',
      runbook: 'silence.md#source',
    },
    {
      id: 'coverage-low',
      alert: 'CnappCoverageLow',
      severity: 'ticket',
      expr: `1 - cnapp_sli_coverage > ${TOLERATED_GAP}`,
      forMs: 15 * options.evaluationMs,
      summary: `Less than ${MINIMUM_COVERAGE} of the scopes that {{ $labels.sli }} needs report: its value is insufficient`,
      runbook: 'silence.md#coverage',
    },
    {
      id: 'sampling-reverted',
      alert: 'CnappSamplingReverted',
      severity: 'ticket',
      expr: 'increase(cnapp_sampling_rollout_steps_total{step="reverted", by="automation"}[1h]) > 0',
      forMs: 0,
      summary: 'A guard was broken: a change of the sampling tiers was taken back, and what stood before stands again',
      runbook: 'silence.md#sampling',
    },
    {
      id: 'maintenance',
      alert: 'CnappMaintenance',
      severity: 'none',
      // Alertmanager holds back what has the same `slo` and `tenant` (examples/alertmanager.yaml); budgets burn all the same.
      expr: 'label_replace(cnapp_maintenance_end_timestamp_seconds, "slo", "$1", "sli", "(.+)") > time()',
      forMs: 0,
      summary: 'Maintenance: alerts of {{ $labels.slo }} (tenant {{ $labels.tenant }}) are held back',
      runbook: 'silence.md#maintenance',
    },
  ];
}

export function healthPrometheusGroup(options: CompileOptions): RuleGroup {
  return {
    name: 'cnapp-health',
    interval: formatDuration(options.evaluationMs),
    rules: healthAlerts(options).map(({ id, alert, severity, expr, forMs, ...texts }) => ({
      alert,
      expr,
      ...(forMs > 0 ? { for: formatDuration(forMs) } : {}),
      labels: { severity, tier: id },
      annotations: annotations(texts, options),
    })),
  };
}

export function healthGrafanaGroup(options: CompileOptions): GrafanaGroup {
  return {
    orgId: 1,
    name: 'cnapp-health',
    folder: options.folder,
    interval: formatDuration(options.evaluationMs),
    // Grafana routes whatever fires, and holds back by mute timings and silences.
    rules: healthAlerts(options)
      .filter(({ severity }) => severity !== 'none')
      .map(({ id, alert, severity, expr, forMs, ...texts }) => ({
        uid: permanentUid(`cnapp-${id}`),
        title: alert,
        condition: 'B',
        data: [prometheusQuery('A', expr, options), mathQuery('B', '$A > 0')],
        // The query has samples only for what is wrong.
        noDataState: 'OK',
        execErrState: 'Error',
        for: formatDuration(forMs),
        annotations: annotations(texts, options),
        labels: { severity, tier: id },
        isPaused: false,
      })),
  };
}

function annotations(texts: Pick<HealthAlert, 'summary' | 'runbook'>, options: CompileOptions): Record<string, string> {
  return { summary: texts.summary, ...links({ runbook: texts.runbook, productSli: null }, options) };
}
