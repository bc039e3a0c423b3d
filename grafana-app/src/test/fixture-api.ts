// Test data only: answers as the processor's API does, without a processor.
import {
  type AssetJson,
  type BurnRates,
  type ExplainItem,
  type ExplainPage,
  type FrameworkJson,
  type GateJson,
  type IncidentJson,
  type SeriesPoint,
  SLIS,
  type SliReport,
  type SourceJson,
} from '@cnapp-slo/model';
import { type Case, makeCases, memberOf } from './fixture-estate.ts';

export interface Answer {
  status: number;
  body: unknown;
}

const DAY = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();
const found = (body: unknown): Answer => ({ status: 200, body });
const missing = (what: string): Answer => ({
  status: 404,
  body: { type: 'about:blank', title: 'Not found', status: 404, code: 'not_found', detail: `there is no ${what}` },
});

/** What this processor computes. */
const served = ['mttd-config', 'mttr', 'drift-rate'];

/** Answers `/api/v1/…` at `nowMs`. */
export function createFixtureApi(nowMs: number, count?: number): (url: URL) => Answer {
  const cases = makeCases(nowMs, count);
  return (url) => {
    const [, , , resource = '', id, part] = url.pathname.split('/').map(decodeURIComponent);
    const query = url.searchParams;
    const chosen = cases.filter(
      ({ finding }) => hasLabels(finding, query) && (resource !== 'findings' || hasState(finding, query)),
    );
    switch (resource) {
      case 'slis':
        if (id === undefined)
          return found({
            items: served.map((sli) => report(sli, chosen, nowMs)),
            next_cursor: null,
          });
        if (!served.includes(id)) return missing(`SLI "${id}"`);
        if (part === 'series') return found(series(id, chosen, nowMs));
        return found(part === 'explain' ? explain(id, chosen, query, nowMs) : report(id, chosen, nowMs));
      case 'findings': {
        if (id === undefined)
          return found(
            page(
              chosen.map(({ finding: { episodes: _, ...finding } }) => finding),
              query,
            ),
          );
        const match = cases.find(({ finding, episode }) => finding.id === id || episode.id === id);
        return match === undefined ? missing(`finding "${id}"`) : found(match.finding);
      }
      case 'changes':
        return found(
          page(
            chosen.map(({ change }) => change),
            query,
          ),
        );
      case 'assets': {
        const assets = [...new Map(chosen.map((one) => [one.finding.asset_id, assetOf(one)])).values()];
        if (id === undefined) return found(page(assets, query));
        const asset = assets.find((one) => one.id === id);
        return asset === undefined ? missing(`asset "${id}"`) : found(asset);
      }
      case 'labels': {
        const values = (label: 'tenant' | 'team' | 'environment') =>
          [...new Set(cases.map(({ finding }) => finding[label] ?? ''))].sort();
        return found({ tenant: values('tenant'), team: values('team'), environment: values('environment') });
      }
      case 'incidents': {
        const incidents = incidentsOf(chosen).filter(
          ({ state }) => !query.get('state') || state === query.get('state'),
        );
        if (id === undefined) return found(page(incidents, query));
        const incident = incidents.find((one) => one.id === id);
        return incident === undefined ? missing(`incident "${id}"`) : found(incident);
      }
      case 'policies':
        return found({ items: [], next_cursor: null });
      case 'compliance':
        return found({ items: frameworks, next_cursor: null });
      case 'gate':
        return found(gate);
      case 'sources':
        return found({ items: sources(nowMs), next_cursor: null });
      default:
        return missing(`resource "${resource}"`);
    }
  };
}

const frameworks: FrameworkJson[] = [
  { framework: 'PCI-4.0', family: 'PCI DSS', group: null, passing: 2, failing: 0, not_assessed: 0, score: 1 },
  { framework: 'CIS-3.0', family: 'CIS', group: null, passing: 3, failing: 2, not_assessed: 5, score: 0.6 },
  { framework: 'SOC2', family: 'SOC 2', group: null, passing: 0, failing: 0, not_assessed: 4, score: null },
];

const gate: GateJson = {
  decision: 'warn',
  reasons: ['mttr: 40 % of the error budget is left'],
  budget_remaining: 0.4,
  burn: { '1h': 0, '6h': 0, '1d': 0, '3d': 0 },
  expires_at: '2026-11-22T12:15:00Z',
};

function hasLabels(finding: Case['finding'], query: URLSearchParams): boolean {
  const labels = ['team', 'environment', 'severity', 'criticality', 'provider', 'detector_class', 'tenant'] as const;
  return labels.every((label) => !query.get(label) || query.get(label) === finding[label]);
}

function hasState(finding: Case['finding'], query: URLSearchParams): boolean {
  const state = query.get('state');
  return !state || (state === 'open' ? finding.state !== 'closed' : state === finding.state);
}

function page<T>(items: T[], query: URLSearchParams): { items: T[]; next_cursor: string | null } {
  const start = Number(query.get('cursor') ?? 0);
  const end = start + Number(query.get('limit') ?? 100);
  return { items: items.slice(start, end), next_cursor: end < items.length ? String(end) : null };
}

const membersOf = (sli: string, cases: readonly Case[]): ExplainItem[] =>
  sli === 'drift-rate' ? [] : cases.map((one) => memberOf(sli, one));

function report(sli: string, cases: readonly Case[], nowMs: number): SliReport {
  const { definition } = SLIS.find(({ definition: { id } }) => id === sli) ?? SLIS[0] ?? never();
  const members = membersOf(sli, cases);
  const good = count(members, 'good');
  const bad = count(members, 'bad');
  const durations = members.flatMap((item) => item.duration_seconds ?? []).toSorted((a, b) => a - b);
  const at = (share: number) => durations[Math.min(Math.floor(share * durations.length), durations.length - 1)] ?? null;
  const mean = durations.length === 0 ? null : durations.reduce((sum, value) => sum + value, 0) / durations.length;
  const ratio = good + bad === 0 ? null : good / (good + bad);
  const remaining = ratio === null ? null : 1 - (1 - ratio) / (1 - (definition.objective ?? 0));
  const burn: BurnRates =
    ratio === null ? { '1h': null, '6h': null, '1d': null, '3d': null } : { '1h': 0, '6h': 6.1, '1d': 2.3, '3d': 1.4 };
  const excluded: Record<string, number> = {};
  for (const item of members)
    if (item.role === 'excluded') excluded[item.reason ?? ''] = (excluded[item.reason ?? ''] ?? 0) + 1;
  return {
    id: definition.id,
    code: definition.code,
    title: definition.title,
    unit: definition.unit,
    direction: definition.direction,
    value: mean,
    ratio,
    objective: definition.objective,
    good,
    bad,
    excluded,
    pending: count(members, 'pending'),
    coverage: ratio === null ? null : 0.97,
    status: remaining === null ? 'no_data' : remaining <= 0 ? 'breached' : remaining < 0.5 ? 'at_risk' : 'ok',
    reason: ratio === null ? 'no_events' : null,
    budget: { remaining, burn },
    window: '28d',
    as_of: iso(nowMs),
    final: false,
    definition_version: definition.version,
    ...(definition.unit === 's'
      ? {
          p50: at(0.5),
          p90: at(0.9),
          mean,
          max: at(1),
          rmst: null,
          expected_misses: 1.4,
          open: count(members, 'pending'),
        }
      : {}),
  };
}

function series(sli: string, cases: readonly Case[], nowMs: number): SeriesPoint[] {
  return Array.from({ length: 28 }, (_, day) => {
    const endMs = nowMs - (27 - day) * DAY;
    const within = membersOf(sli, cases).filter(({ clocks }) => {
      const atMs = Date.parse(clocks.t_detect?.at ?? '');
      return atMs > endMs - 7 * DAY && atMs <= endMs;
    });
    const good = count(within, 'good');
    const bad = count(within, 'bad');
    const durations = within.flatMap((item) => item.duration_seconds ?? []);
    return {
      at: iso(endMs),
      value: durations.length === 0 ? null : durations.reduce((sum, value) => sum + value, 0) / durations.length,
      ratio: good + bad === 0 ? null : good / (good + bad),
      good,
      bad,
      final: day < 27,
    };
  });
}

function explain(sli: string, cases: readonly Case[], query: URLSearchParams, nowMs: number): ExplainPage {
  const members = membersOf(sli, cases);
  const role = query.get('role');
  return {
    sli: report(sli, cases, nowMs),
    counts: {
      good: count(members, 'good'),
      bad: count(members, 'bad'),
      excluded: count(members, 'excluded'),
      pending: count(members, 'pending'),
    },
    ...page(role ? members.filter((item) => item.role === role) : members, query),
  };
}

const count = (items: readonly ExplainItem[], role: string) => items.filter((item) => item.role === role).length;

/** Critical findings that are open are incidents; the first that is acknowledged has been taken on. */
function incidentsOf(cases: readonly Case[]): IncidentJson[] {
  return cases
    .filter(({ finding }) => finding.severity === 'critical' && finding.state !== 'closed')
    .map(({ finding, episode }) => ({
      id: `i_${finding.id}`,
      tenant: finding.tenant,
      title: finding.title,
      severity: finding.severity,
      state: episode.clocks.t_ack === undefined ? 'firing' : 'acknowledged',
      team: finding.team,
      started_at: episode.clocks.t_detect?.at ?? finding.last_seen_at,
      alerted_at: episode.clocks.t_alert?.at ?? null,
      acknowledged_at: episode.clocks.t_ack?.at ?? null,
      resolved_at: null,
      episode_ids: [episode.id],
      asset_ids: [finding.asset_id],
      workloads: [],
      digests: [],
      confidence: null,
      members: [],
    }));
}

function assetOf({ finding }: Case): AssetJson {
  return {
    id: finding.asset_id,
    tenant: finding.tenant,
    kind: finding.asset_kind,
    provider: finding.provider,
    name: finding.asset_name,
    account: finding.account,
    region: 'eu-central-1',
    cluster: null,
    namespace: null,
    team: finding.team,
    environment: finding.environment,
    service: finding.asset_name,
    criticality: finding.criticality,
    criticality_reason: 'said by a tag',
    team_reason: 'said by a tag',
    exposure: null,
    data_class: null,
    scaled_by: null,
    deleted_cause: null,
    iac: { repository: 'github.com/acme/infrastructure' },
    first_seen_at: finding.first_detected_at ?? finding.last_seen_at,
    last_seen_at: finding.last_seen_at,
    deleted_at: null,
    open_findings: 1,
  };
}

function sources(nowMs: number): SourceJson[] {
  const source = (
    format: string,
    scope: string,
    status: SourceJson['status'],
    ageSeconds: number | null,
  ): SourceJson => ({
    id: `${format}/${scope}`,
    tenant: 'default',
    format,
    scope,
    status,
    last_event_at: ageSeconds === null ? null : iso(nowMs - ageSeconds * 1000),
    last_received_at: ageSeconds === null ? null : iso(nowMs - ageSeconds * 1000),
    interval_seconds: format === 'prowler' ? 21_600 : 60,
    age_seconds: ageSeconds,
    records: 12_000,
    recognised: 11_990,
    bytes: 24_000_000,
    findings: format === 'prowler' ? 84 : 0,
    rejects: format === 'trivy' ? { 'trivy.schema': 10 } : {},
    watermark: ageSeconds === null ? null : iso(nowMs - ageSeconds * 1000 - 300_000),
  });
  return [
    source('cloudtrail', '111122223333', 'fresh', 12),
    source('k8s_audit', 'prod-eu-1', 'fresh', 3),
    source('prowler', '111122223333', 'fresh', 5_400),
    source('trivy', 'prod-eu-1', 'stale', 9_000),
    source('falco', 'prod-us-1', 'silent', 10_900),
  ];
}

function never(): never {
  throw new Error('the model has no SLIs');
}
