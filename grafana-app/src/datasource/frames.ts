import type {
  AssetJson,
  ChangeJson,
  ExplainItem,
  FindingJson,
  IncidentJson,
  SeriesPoint,
  SliReport,
  SourceJson,
} from '@cnapp-slo/model';
import {
  createDataFrame,
  type DataFrame,
  type FieldConfig,
  FieldType,
  type PreferredVisualisationType,
} from '@grafana/data';
import { PLUGIN_BASE_URL } from '../constants.ts';
import { budgetAhead, budgetLeft } from '../slo/burn.ts';
import { endsNow } from '../slo/window.ts';

/** One column: its name in the frame (stable, for transformations), what the reader sees, and how to get it from a row. */
interface Column<Row> {
  name: string;
  title?: string;
  type: FieldType;
  config?: FieldConfig;
  of: (row: Row) => string | number | boolean | null | undefined;
}

const text = <Row>(name: string, title: string, of: Column<Row>['of'], config: FieldConfig = {}): Column<Row> => ({
  name,
  title,
  type: FieldType.string,
  config,
  of,
});
const number = <Row>(name: string, title: string, of: Column<Row>['of'], unit?: string): Column<Row> => ({
  name,
  title,
  type: FieldType.number,
  config: unit === undefined ? {} : { unit },
  of,
});
/** RFC 3339 in, epoch ms out, as Grafana wants it. */
const time = <Row>(
  name: string,
  title: string,
  of: (row: Row) => string | null | undefined,
  config: FieldConfig = {},
): Column<Row> => ({
  name,
  title,
  type: FieldType.time,
  config,
  of: (row) => {
    const at = of(row);
    return at ? Date.parse(at) : null;
  },
});
const hidden = { custom: { hidden: true, hideFrom: { viz: true } } };
const ratio = 'percentunit';

function frameOf<Row>(
  name: string,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  shownAs: PreferredVisualisationType,
): DataFrame {
  return createDataFrame({
    name,
    meta: { preferredVisualisationType: shownAs },
    fields: columns.map(({ name: fieldName, title, type, config, of }) => ({
      name: fieldName,
      type,
      config: { ...config, ...(title === undefined ? {} : { displayName: title }) },
      values: rows.map((row) => of(row) ?? null),
    })),
  });
}

/** Grafana's unit of an SLI's value. */
export function unitOf(unit: string): string {
  return unit === 's' ? 's' : unit === '1' ? ratio : 'short';
}

/** One row an SLI. Several units share the column `value`, so it has none: `unit` says it. */
export function sliValueFrame(reports: readonly SliReport[]): DataFrame {
  const [only] = reports;
  const valueUnit = reports.length === 1 && only !== undefined ? unitOf(only.unit) : undefined;
  return frameOf<SliReport>(
    'SLI value',
    reports,
    [
      text('id', 'SLI', (sli) => sli.id, {
        links: [{ title: 'Open SLI', url: `${PLUGIN_BASE_URL}/slis/\${__value.raw}` }],
      }),
      text('title', 'Title', (sli) => sli.title),
      number('ratio', 'Ratio', (sli) => sli.ratio, ratio),
      number('objective', 'Objective', (sli) => sli.objective, ratio),
      number('value', 'Value', (sli) => sli.value, valueUnit),
      text('unit', 'Unit', (sli) => sli.unit),
      number('budget_remaining', 'Budget left', (sli) => sli.budget.remaining, ratio),
      number('burn_1h', 'Burn 1h', (sli) => sli.budget.burn['1h']),
      number('burn_6h', 'Burn 6h', (sli) => sli.budget.burn['6h']),
      number('burn_1d', 'Burn 1d', (sli) => sli.budget.burn['1d']),
      number('burn_3d', 'Burn 3d', (sli) => sli.budget.burn['3d']),
      number('good', 'Good', (sli) => sli.good),
      number('bad', 'Bad', (sli) => sli.bad),
      number('coverage', 'Coverage', (sli) => sli.coverage, ratio),
      text('status', 'Status', (sli) => sli.status),
      text('reason', 'Reason', (sli) => sli.reason),
    ],
    'table',
  );
}

/** Each point looks back over the SLI's own window; `good` and `bad` count the events in it, and without any there is no ratio. */
export function sliSeriesFrame(
  points: readonly SeriesPoint[],
  { unit, objective }: Pick<SliReport, 'unit' | 'objective'>,
): DataFrame {
  return frameOf<SeriesPoint>(
    'SLI series',
    points,
    [
      time('time', 'Time', (point) => point.at),
      number('ratio', 'Ratio', (point) => point.ratio, ratio),
      number('objective', 'Objective', () => objective, ratio),
      number('budget_remaining', 'Budget left', (point) => budgetLeft(point.ratio, objective), ratio),
      number('value', 'Value', (point) => point.value, unitOf(unit)),
      number('good', 'Good', (point) => point.good),
      number('bad', 'Bad', (point) => point.bad),
    ],
    'graph',
  );
}

/** What is left of the budget at each point, now, and, at the pace of the last day, up to `untilMs`. */
export function sliBudgetFrame(
  points: readonly SeriesPoint[],
  { objective, budget: { remaining, burn } }: Pick<SliReport, 'objective' | 'budget'>,
  nowMs: number,
  untilMs: number,
): DataFrame {
  const ahead = budgetAhead(remaining, burn['1d'], nowMs, untilMs);
  const rows: BudgetRow[] = [
    ...points.map(({ at, ratio: was }) => ({ at, left: budgetLeft(was, objective), ahead: null })),
    ...(endsNow(untilMs, nowMs)
      ? [{ at: new Date(nowMs).toISOString(), left: remaining, ahead: ahead[0]?.remaining ?? null }]
      : []),
    ...ahead.slice(1).map((end) => ({ at: new Date(end.atMs).toISOString(), left: null, ahead: end.remaining })),
  ];
  return frameOf<BudgetRow>(
    'SLI budget',
    rows,
    [
      time('time', 'Time', (row) => row.at),
      number('budget_remaining', 'Budget left', (row) => row.left, ratio),
      number('budget_ahead', 'At the pace of the last day', (row) => row.ahead, ratio),
    ],
    'graph',
  );
}

interface BudgetRow {
  /** RFC 3339. */
  at: string;
  left: number | null;
  ahead: number | null;
}

const findingLink = { title: 'Open finding', url: `${PLUGIN_BASE_URL}/findings/\${__data.fields.finding_id}` };

/** As an annotation an episode lasts from its change to its end. */
export function explainFrame(items: readonly ExplainItem[]): DataFrame {
  return frameOf<ExplainItem>(
    'SLI explain',
    items,
    [
      text('role', 'Role', (item) => item.role),
      text('title', 'Finding', (item) => item.title, { links: [findingLink] }),
      text('asset_id', 'Asset', (item) => item.asset_id),
      text('severity', 'Severity', (item) => item.severity),
      text('team', 'Team', (item) => item.team),
      time('t_change', 'Changed', (item) => item.clocks.t_change?.at),
      time('t_detect', 'Detected', (item) => item.clocks.t_detect?.at),
      time('t_alert', 'Alerted', (item) => item.clocks.t_alert?.at),
      time('t_verify', 'Verified', (item) => item.clocks.t_verify?.at),
      number('duration_seconds', 'Duration', (item) => item.duration_seconds, 's'),
      text('reason', 'Reason', (item) => item.reason),
      time('time', 'From', ({ clocks }) => (clocks.t_change ?? clocks.t_detect)?.at, hidden),
      time('timeEnd', 'To', ({ clocks }) => (clocks.t_verify ?? clocks.t_close)?.at, hidden),
      text('text', 'Summary', (item) => `${item.severity} · ${item.role} · ${item.team}`, hidden),
      text('episode_id', 'Episode', (item) => item.episode_id, hidden),
      text('finding_id', 'Finding id', (item) => item.finding_id, hidden),
    ],
    'table',
  );
}

export function findingsFrame(findings: readonly FindingJson[]): DataFrame {
  return frameOf<FindingJson>(
    'Findings',
    findings,
    [
      text('title', 'Finding', (finding) => finding.title, { links: [findingLink] }),
      text('severity', 'Severity', (finding) => finding.severity),
      text('state', 'State', (finding) => finding.state),
      text('asset', 'Asset', (finding) => finding.asset_name ?? finding.asset_id),
      text('team', 'Team', (finding) => finding.team),
      text('environment', 'Environment', (finding) => finding.environment),
      text('criticality', 'Criticality', (finding) => finding.criticality),
      text('detector', 'Detector', (finding) => finding.detector),
      text('rule', 'Rule', (finding) => finding.rule),
      time('first_detected', 'First detected', (finding) => finding.first_detected_at),
      time('last_seen', 'Last seen', (finding) => finding.last_seen_at),
      number('open_seconds', 'Open for', (finding) => finding.open_seconds, 's'),
      text('finding_id', 'Finding id', (finding) => finding.id, hidden),
    ],
    'table',
  );
}

export function assetsFrame(assets: readonly AssetJson[]): DataFrame {
  return frameOf<AssetJson>(
    'Assets',
    assets,
    [
      text('asset', 'Asset', (asset) => asset.name ?? asset.id),
      text('kind', 'Kind', (asset) => asset.kind),
      text('provider', 'Provider', (asset) => asset.provider),
      text('account', 'Account', (asset) => asset.account),
      text('team', 'Team', (asset) => asset.team),
      text('environment', 'Environment', (asset) => asset.environment),
      text('service', 'Service', (asset) => asset.service),
      text('criticality', 'Criticality', (asset) => asset.criticality),
      number('open_findings', 'Open findings', (asset) => asset.open_findings),
      text('repository', 'IaC repository', (asset) => asset.iac?.repository),
      time('last_seen', 'Last seen', (asset) => asset.last_seen_at),
      text('id', 'Asset id', (asset) => asset.id, hidden),
    ],
    'table',
  );
}

export function incidentsFrame(incidents: readonly IncidentJson[]): DataFrame {
  return frameOf<IncidentJson>(
    'Incidents',
    incidents,
    [
      time('time', 'Started', (incident) => incident.started_at),
      time('timeEnd', 'Resolved', (incident) => incident.resolved_at),
      text('title', 'Incident', (incident) => incident.title),
      text('severity', 'Severity', (incident) => incident.severity),
      text('state', 'State', (incident) => incident.state),
      text('team', 'Team', (incident) => incident.team),
      time('alerted', 'Alerted', (incident) => incident.alerted_at),
      time('acknowledged', 'Acknowledged', (incident) => incident.acknowledged_at),
      number('episodes', 'Episodes', (incident) => incident.episode_ids.length),
      text('text', 'Summary', (incident) => `${incident.severity} · ${incident.state} · ${incident.team}`, hidden),
      text('id', 'Incident id', (incident) => incident.id, hidden),
    ],
    'table',
  );
}

export function changesFrame(changes: readonly ChangeJson[]): DataFrame {
  return frameOf<ChangeJson>(
    'Changes',
    changes,
    [
      time('time', 'Time', (change) => change.at),
      text('title', 'Change', (change) => change.title),
      text('kind', 'Kind', (change) => change.kind),
      text('action', 'Action', (change) => change.action),
      text('actor', 'Actor', (change) => change.actor),
      text('actor_kind', 'Actor kind', (change) => change.actor_kind),
      text('outcome', 'Outcome', (change) => change.outcome),
      text('repository', 'Repository', (change) => change.repository),
      text('revision', 'Revision', (change) => change.revision),
      text('pipeline', 'Pipeline', (change) => change.pipeline_url, {
        links: [{ title: 'Open pipeline', url: `\${__value.raw}`, targetBlank: true }],
      }),
      text('text', 'Summary', (change) => `${change.action} · ${change.actor}`, hidden),
      text('id', 'Change id', (change) => change.id, hidden),
    ],
    'table',
  );
}

export function sourcesFrame(sources: readonly SourceJson[]): DataFrame {
  return frameOf<SourceJson>(
    'Sources',
    sources,
    [
      text('format', 'Format', (source) => source.format),
      text('scope', 'Scope', (source) => source.scope),
      text('status', 'Status', (source) => source.status),
      time('last_received', 'Last received', (source) => source.last_received_at),
      number('age_seconds', 'Age', (source) => source.age_seconds, 's'),
      number('interval_seconds', 'Interval', (source) => source.interval_seconds, 's'),
      number('records', 'Records', (source) => source.records),
      number('findings', 'Findings', (source) => source.findings),
      number('rejected', 'Rejected', (source) => Object.values(source.rejects).reduce((sum, count) => sum + count, 0)),
    ],
    'table',
  );
}
