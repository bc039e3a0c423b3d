import type { SliReader, SliReport, SourceJson } from '@cnapp-slo/model';
import { PushFeed, START_MS } from '../samples.ts';
import type { MetricSources } from './page.ts';

function report(changes: Partial<SliReport>): SliReport {
  return {
    id: 'mttd-config',
    code: 'M1',
    title: 'MTTD',
    unit: 's',
    direction: 'lower_is_better',
    value: 1200,
    ratio: 0.75,
    objective: 0.95,
    good: 3,
    bad: 1,
    excluded: {},
    pending: 0,
    coverage: 1,
    status: 'breached',
    reason: null,
    budget: { remaining: -4, burn: { '1h': null, '6h': 5, '1d': 5, '3d': 5 } },
    window: '28d',
    as_of: '2026-03-02T12:00:00Z',
    final: false,
    definition_version: 'm1.v1',
    p50: 900,
    rmst: null,
    companions: { source_lag: 300 },
    ...changes,
  };
}

const quiet = report({
  id: 'mttr',
  value: null,
  ratio: null,
  coverage: null,
  status: 'no_data',
  p50: null,
  companions: {},
  budget: { remaining: null, burn: { '1h': null, '6h': null, '1d': null, '3d': null } },
});

export function source(id: string, received: string | null, records: number): SourceJson {
  return {
    id,
    tenant: 'acme',
    format: 'cloudtrail',
    scope: id,
    status: 'fresh',
    last_event_at: null,
    last_received_at: received,
    interval_seconds: id === 'cloudtrail/97' ? 86_400 : 3600,
    age_seconds: null,
    records,
    recognised: records,
    bytes: 100 * records,
    findings: 0,
    rejects: { 'cloudtrail.schema': 2 },
    watermark: null,
  };
}

/** What a scrape reads: an SLI that misses its objective, one without data, a source, open findings. */
export function sourcesOf(changes: Partial<MetricSources> = {}) {
  const slis: SliReader = {
    list: () => [report({}), quiet],
    get: () => null,
    series: () => null,
    explain: () => null,
  };
  const feed = new PushFeed();
  return {
    slis,
    feed,
    estate: { sources: () => [source('cloudtrail/1', '2026-03-02T09:00:00Z', 7)] },
    events: {
      totals: () => [{ tenant: 'acme', sli: 'mttd-config' as const, outcome: 'bad' as const, count: 4, restated: 1 }],
      totalsSince: (fromMs: number) =>
        fromMs <= START_MS ? [{ tenant: 'acme', sli: 'mttd-config' as const, outcome: 'bad' as const, count: 1 }] : [],
    },
    evidence: {
      causesSince: (fromMs: number) => [
        { tenant: 'acme', sli: 'mttr' as const, outcome: 'good' as const, count: 0 },
        { tenant: 'acme', sli: 'mttr' as const, outcome: 'bad' as const, count: fromMs <= START_MS ? 2 : 0 },
      ],
      cusums: () => [
        { tenant: 'acme', sli: 'mttr' as const, statistic: 3.5, threshold: 7, lastResetMs: START_MS },
        {
          tenant: 'acme',
          sli: 'alert-noise' as const,
          statistic: 0,
          threshold: Number.POSITIVE_INFINITY,
          lastResetMs: null,
        },
      ],
      missesSince: (fromMs: number) =>
        fromMs <= START_MS - 3_600_000 ? [{ tenant: 'acme', sli: 'mttr' as const, team: 'payments', count: 4 }] : [],
    },
    releases: {
      approvedOverrides: () => [{ tenant: 'acme', count: 2 }],
      maintenanceEnds: () => [{ tenant: 'acme', sli: 'mttr' as const, endsMs: START_MS }],
    },
    openFindings: () => [
      { tenant: 'acme', severity: 'critical' as const, detectorClass: 'posture', count: 5 },
      { tenant: 'acme', severity: 'high' as const, detectorClass: 'secret', count: 2 },
    ],
    tenants: () => ['acme'],
    nowMs: () => START_MS + 600_000,
    ...changes,
  };
}
