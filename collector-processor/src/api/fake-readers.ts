/** The readers of the hand-made estate, for the tests of routes and pages. */
import type {
  ClocksJson,
  EstateReader,
  ExplainItem,
  FindingJson,
  ListQuery,
  Page,
  SeriesPoint,
  SliFilter,
  SliReader,
  SliReport,
} from '@cnapp-slo/model';
import { ago, assets, change, clock, day, findings, fix, incidents, sources, storyClocks } from './fake-estate.ts';
import { reports } from './fake-reports.ts';

const explainItems: readonly ExplainItem[] = [
  explainItem('f_story', 'good', null, storyClocks, 600),
  explainItem(
    'f_cve',
    'bad',
    'later than 1 h',
    { t_change: clock(ago(200), 'kubernetes'), t_detect: clock(ago(95), 'trivy') },
    6300,
  ),
  explainItem('f_old', 'excluded', 'baseline', { t_detect: clock(ago(34 * day), 'prowler') }, null),
  explainItem('f_hostile', 'pending', 'before the watermark', { t_detect: clock(ago(25), 'prowler') }, 300),
];

function explainItem(
  id: string,
  role: ExplainItem['role'],
  reason: string | null,
  clocks: ClocksJson,
  seconds: number | null,
): ExplainItem {
  const { title = '', asset_id = '', severity = 'high', team = '' } = findings.find((item) => item.id === id) ?? {};
  return {
    episode_id: `${id}.1`,
    role,
    reason,
    clocks,
    duration_seconds: seconds,
    finding_id: id,
    title,
    asset_id,
    severity,
    team,
  };
}

/** Four weeks of days; three of them without data, the last not final. */
function seriesOf({ ratio, value }: SliReport): SeriesPoint[] {
  return Array.from({ length: 28 }, (_, index) => {
    const noData = ratio === null || (index >= 9 && index < 12);
    const sway = Math.sin(index * 1.7) * 0.02 + (index - 27) * 0.0006;
    return {
      at: ago((27 - index) * day),
      value: noData || value === null ? null : value * (1 + sway * 5),
      ratio: noData ? null : Math.min(1, ratio + sway),
      good: noData ? 0 : 6,
      bad: noData ? 0 : index % 3 === 0 ? 1 : 0,
      final: index < 26,
    };
  });
}

function pageOf<T>(items: readonly T[], { cursor, limit = 100 }: { cursor?: string; limit?: number }): Page<T> {
  const from = cursor === undefined ? 0 : Number(/^at-(\d+)$/.exec(cursor)?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) throw new RangeError('not our cursor');
  return {
    items: items.slice(from, from + limit),
    next_cursor: from + limit < items.length ? `at-${from + limit}` : null,
  };
}

function matches(item: FindingJson, filter: SliFilter): boolean {
  const { tenant, team, environment, severity, criticality, provider, detector_class } = filter;
  const wanted: [unknown, unknown][] = [
    [tenant, item.tenant],
    [team, item.team],
    [environment, item.environment],
    [severity, item.severity],
    [criticality, item.criticality],
    [provider, item.provider],
    [detector_class, item.detector_class],
  ];
  return wanted.every(([want, have]) => want === undefined || want === have);
}

export const fakeSlis: SliReader = {
  list: (query) => reports.map((item) => ({ ...item, window: query?.window ?? item.window })),
  get: (id, query) => fakeSlis.list(query).find((item) => item.id === id) ?? null,
  series: (id) => {
    const found = fakeSlis.get(id);
    return found && seriesOf(found);
  },
  explain: (id, query) => {
    const sli = fakeSlis.get(id, query);
    if (!sli) return null;
    const items = explainItems.filter((item) => query.role === undefined || item.role === query.role);
    return { sli, counts: { good: 1, bad: 1, excluded: 1, pending: 1 }, ...pageOf(items, query) };
  },
};

export const fakeEstate: EstateReader = {
  findings: (query: ListQuery) =>
    pageOf(
      findings.filter(
        (item) =>
          matches(item, query) &&
          (query.asset === undefined || item.asset_id === query.asset) &&
          (query.state === undefined ||
            (query.state === 'open' ? item.state !== 'closed' : item.state === query.state)),
      ),
      query,
    ),
  finding: (id) => findings.find((item) => item.id === id || `${item.id}.1` === id) ?? null,
  assets: (query) => pageOf(assets, query),
  asset: (id) => assets.find((item) => item.id === id) ?? null,
  labels: () => ({ tenant: ['default'], team: ['payments'], environment: ['production'] }),
  changes: (query) => pageOf([fix, change], query),
  incidentChain: () => [],
  scopes: () => ({ items: [], next_cursor: null }),
  incidents: (query) =>
    pageOf(
      incidents.filter((item) => query.state === undefined || item.state === query.state),
      query,
    ),
  incident: (id) => incidents.find((item) => item.id === id) ?? null,
  sources: () => [...sources],
  readiness: () => ({ ready: true, reason: null }),
};
