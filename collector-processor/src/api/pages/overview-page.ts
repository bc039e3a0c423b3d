import type { FindingJson, IncidentJson, SeriesPoint, SliReport, SourceJson } from '@cnapp-slo/model';
import { budgetBar, sparkline } from './charts.ts';
import { type Html, html, path } from './html.ts';
import { count, duration, exactPercent, inUnit, noData, percent, since } from './humanize.ts';
import { lastHourStrip, type Story } from './last-hour.ts';
import { findingsTable, incidentsTable, known, sourceChip, statusChip, table } from './parts.ts';

export interface Overview {
  window: string | undefined;
  slis: readonly { report: SliReport; series: readonly SeriesPoint[] }[];
  stories: readonly Story[];
  findings: readonly FindingJson[];
  hasMoreFindings: boolean;
  incidents: readonly IncidentJson[];
  sources: readonly SourceJson[];
  nowMs: number;
}

const windows = ['1d', '7d', '28d', '90d'];

/** Links to the same page over another window. */
export function windowChoice(
  address: string,
  current: string | undefined,
  kept: readonly [string, string][] = [],
): Html {
  return html`<nav class="choice" aria-label="Window">${windows.map((name) => {
    const query = new URLSearchParams([...kept, ['window', name]]);
    return html`<a href="${address}?${query.toString()}"${name === current && html` aria-current="true"`}>${name.replace('d', ' d')}</a>`;
  })}</nav>`;
}

export function overviewPage(view: Overview): Html {
  const { slis, nowMs } = view;
  const query = view.window === undefined ? '' : `?window=${view.window}`;
  return html`<div class="heading"><h1>Security service levels</h1>${windowChoice('/', view.window ?? slis[0]?.report.window)}</div>
<section class="cards" aria-label="SLIs">${slis.map(({ report, series }) => sliCard(report, series, query))}${slis.length === 0 && html`<p class="empty">No SLI is computed yet.</p>`}</section>
<section class="panel" aria-labelledby="hour"><h2 id="hour">The last hour</h2>${lastHourStrip(view.stories, nowMs)}</section>
<section class="panel" aria-labelledby="incidents"><h2 id="incidents">Incidents</h2>${incidentsTable(view.incidents, nowMs, 'There has been no incident yet.')}</section>
<section class="panel" aria-labelledby="findings"><h2 id="findings">Open findings</h2>${findingsTable('Open findings', view.findings, nowMs, 'No finding is open.')}${view.hasMoreFindings && html`<p class="more"><a href="/findings?state=open">All open findings</a></p>`}</section>
<section class="panel" aria-labelledby="sources"><h2 id="sources">Sources <small>${sourceCounts(view.sources)}</small></h2>${sourcesTable(worstFirst(view.sources).slice(0, sourcesShown), nowMs)}${view.sources.length > sourcesShown && html`<p class="more"><a href="/sources">All ${view.sources.length} sources</a></p>`}</section>`;
}

function sliCard(report: SliReport, series: readonly SeriesPoint[], query: string): Html {
  const { objective, ratio, value, budget } = report;
  return html`<article class="card">
<header><h2><a href="${path('slis', report.id)}${query}">${report.title}</a></h2><abbr title="Code in the definitions">${report.code}</abbr></header>
<p class="ratio">${known(ratio, percent, report.reason)}</p>
<p class="value">${value !== null && html`${inUnit(value, report.unit)} · `}${objective === null ? 'no objective' : html`objective ${exactPercent(objective)}`}</p>
${ratio !== null && html`${sparkline(`${report.title}, ratio`, series, objective)}${objective !== null && html`${budgetLine(budget.remaining)}${burnList(report)}`}`}
<footer>${statusChip(report)} <span class="aside">${trustText(report)}</span></footer>
</article>`;
}

function budgetLine(remaining: number | null): Html {
  const text =
    remaining === null
      ? 'budget unknown'
      : remaining < 0
        ? `overspent by ${percent(-remaining)}`
        : `${percent(remaining)} of the budget left`;
  return html`<div class="budget-line">${budgetBar(remaining)}<p>${text}</p></div>`;
}

/** How fast the budget burns; 1 uses it up exactly by the end of the window. */
export function burnList({ budget }: SliReport): Html {
  return html`<dl class="burn">${Object.entries(budget.burn).map(
    ([lookback, rate]) =>
      html`<div><dt>${lookback} burn</dt><dd class="${rate !== null && rate > 1 ? 'fast' : ''}">${rate === null ? noData(null) : `${rate.toFixed(1)}×`}</dd></div>`,
  )}</dl>`;
}

/** How far the number can be relied on. */
export function trustText({ coverage, final, status, reason }: SliReport): string {
  const seen = coverage === null ? 'coverage unknown' : `coverage ${percent(coverage)}`;
  return `${seen}, ${final ? 'final' : 'provisional'}${status === 'insufficient' && reason ? `: ${reason}` : ''}`;
}

const sourcesShown = 12;
const badness: readonly SourceJson['status'][] = ['silent', 'stale', 'fresh'];

/** What needs a look comes first; the order is kept otherwise. */
export function worstFirst(sources: readonly SourceJson[]): SourceJson[] {
  return sources.toSorted((a, b) => badness.indexOf(a.status) - badness.indexOf(b.status));
}

/** `2 silent, 1 stale, 40 fresh`. */
export function sourceCounts(sources: readonly SourceJson[]): string {
  const times = (status: SourceJson['status']) => sources.filter((source) => source.status === status).length;
  return badness.flatMap((status) => (times(status) > 0 ? [`${times(status)} ${status}`] : [])).join(', ');
}

export function sourcesTable(sources: readonly SourceJson[], nowMs: number): Html {
  const rows = sources.map((source) => {
    const refused = Object.entries(source.rejects);
    return html`<tr>
<td>${sourceChip(source.status)}</td>
<th scope="row">${source.format}<small>${source.scope}</small></th>
<td class="number">${since(source.last_event_at, nowMs)}</td>
<td class="number">${source.interval_seconds === null ? html`<span class="unknown">unknown</span>` : duration(source.interval_seconds)}</td>
<td class="number">${count(source.records)}</td>
<td class="number">${source.records === 0 ? html`<span class="unknown">no data</span>` : percent(source.recognised / source.records)}</td>
<td class="number">${count(source.findings)}</td>
<td>${refused.length === 0 ? 'none' : refused.map(([code, times]) => html`<span class="reject">${count(times)} <code>${code}</code></span>`)}</td>
</tr>`;
  });
  const heads = ['Status', 'Source', 'Last event#', 'Interval#', 'Records#', 'Recognised#', 'Findings#', 'Refused'];
  return table('Sources', heads, rows, 'No source has sent anything yet.');
}
