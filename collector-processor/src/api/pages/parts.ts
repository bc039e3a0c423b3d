/** Pieces that several pages show. */
import type {
  ExplainRole,
  FindingJson,
  IncidentJson,
  Severity,
  SliReport,
  SliStatus,
  SourceJson,
} from '@cnapp-slo/model';
import { type Html, html, path, type Renderable } from './html.ts';
import { duration, noData, since, words } from './humanize.ts';

/** Colour never speaks alone: each mark has its own shape and word. */
const statusMarks: Readonly<Record<SliStatus, [tone: string, mark: string, word: string]>> = {
  ok: ['good', '✓', 'on target'],
  at_risk: ['warn', '▲', 'at risk'],
  breached: ['bad', '✕', 'budget used up'],
  insufficient: ['unknown', '◐', 'insufficient data'],
  no_data: ['unknown', '○', 'no data'],
};
const sourceMarks: Readonly<Record<SourceJson['status'], [string, string]>> = {
  fresh: ['good', '✓'],
  stale: ['warn', '▲'],
  silent: ['bad', '✕'],
};
const incidentMarks: Readonly<Record<IncidentJson['state'], [string, string]>> = {
  firing: ['bad', '✕'],
  acknowledged: ['warn', '▲'],
  resolved: ['good', '✓'],
};
const roleMarks: Readonly<Record<ExplainRole, [string, string]>> = {
  good: ['good', '✓'],
  bad: ['bad', '✕'],
  excluded: ['unknown', '–'],
  pending: ['warn', '…'],
};

function chip(tone: string, mark: string, word: string): Html {
  return html`<span class="chip ${tone}"><span aria-hidden="true">${mark}</span> ${word}</span>`;
}

/** Without an objective there is no target to be on. */
export const statusChip = ({ status, objective }: Pick<SliReport, 'status' | 'objective'>): Html =>
  status === 'ok' && objective === null ? chip('unknown', '○', 'no objective') : chip(...statusMarks[status]);
export const sourceChip = (status: SourceJson['status']): Html => chip(...sourceMarks[status], status);
export const incidentChip = (state: IncidentJson['state']): Html => chip(...incidentMarks[state], state);
export const roleChip = (role: ExplainRole): Html => chip(...roleMarks[role], role);

export function severityMark(severity: Severity): Html {
  return html`<span class="severity ${severity}"><span class="pip" aria-hidden="true"></span>${severity}</span>`;
}

/** A table that scrolls sideways by itself where it is too wide; it takes the keyboard's focus for that. */
export function table(caption: string, heads: readonly string[], rows: readonly Html[], empty: string): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table>
<caption class="hidden">${caption}</caption>
<thead><tr>${heads.map((head) => html`<th scope="col"${head.endsWith('#') && html` class="number"`}>${head.replace('#', '')}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></div>`;
}

/** Terms and what they are; unknown ones are left out by giving null. */
export function terms(entries: readonly (readonly [term: string, value: Renderable])[]): Html {
  return html`<dl class="terms">${entries
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export function findingsTable(caption: string, findings: readonly FindingJson[], nowMs: number, empty: string): Html {
  const rows = findings.map(
    (finding) => html`<tr>
<td>${severityMark(finding.severity)}</td>
<th scope="row"><a href="${path('findings', finding.id)}">${finding.title}</a><small>${finding.rule}</small></th>
<td>${finding.asset_name ?? finding.asset_id}<small>${words(finding.asset_kind)}${finding.environment && ` · ${finding.environment}`} · ${finding.criticality}</small></td>
<td>${finding.team}</td>
<td class="short">${words(finding.state)}</td>
<td class="number">${finding.open_seconds === null ? html`<span class="unknown">closed</span>` : duration(finding.open_seconds)}</td>
<td class="number">${since(finding.last_seen_at, nowMs)}</td>
</tr>`,
  );
  return table(caption, ['Severity', 'Finding', 'Asset', 'Team', 'State', 'Open for#', 'Last seen#'], rows, empty);
}

export function incidentsTable(incidents: readonly IncidentJson[], nowMs: number, empty: string): Html {
  const rows = incidents.map(
    (incident) => html`<tr>
<td>${incidentChip(incident.state)}</td>
<th scope="row"><a href="${path('incidents', incident.id)}">${incident.title}</a><small>${incident.asset_ids[0]}${incident.asset_ids.length > 1 && ` and ${incident.asset_ids.length - 1} more`}</small></th>
<td>${severityMark(incident.severity)}</td>
<td>${incident.team}</td>
<td class="number">${since(incident.started_at, nowMs)}</td>
<td class="number">${incident.resolved_at === null ? 'still open' : since(incident.resolved_at, nowMs)}</td>
</tr>`,
  );
  return table('Incidents', ['State', 'Incident', 'Severity', 'Team', 'Started#', 'Resolved#'], rows, empty);
}

/** Unknown in words, else the number as `show` writes it. */
export function known(
  value: number | null | undefined,
  show: (value: number) => string,
  reason: string | null = null,
): Renderable {
  return value === null || value === undefined ? noData(reason) : show(value);
}

/** A problem in the place of a page. */
export function problemContent(status: number, title: string, detail: string): Html {
  return html`<h1>${title}</h1><p>${detail}</p><p><a href="/">Back to the overview</a> <small>(${status})</small></p>`;
}
