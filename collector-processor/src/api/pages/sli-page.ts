import type { ExplainItem, ExplainPage, ExplainRole, SeriesPoint, SliFilter, SliReport } from '@cnapp-slo/model';
import { trend } from './charts.ts';
import { companionTerms } from './companions.ts';
import { type Html, html, path, type Renderable } from './html.ts';
import { count, duration, exactPercent, inUnit, noData, percent, utc, utcText, words } from './humanize.ts';
import { burnList, trustText, windowChoice } from './overview-page.ts';
import { known, roleChip, severityMark, statusChip, table, terms } from './parts.ts';
import { clockLabels, marksOf } from './timeline.ts';

export interface SliView {
  explain: ExplainPage;
  series: readonly SeriesPoint[];
  filter: SliFilter;
  /** What the address said, to keep it in links. */
  kept: readonly [string, string][];
  role: string | undefined;
}

const roles: readonly ExplainRole[] = ['good', 'bad', 'excluded', 'pending'];

export function sliPage({ explain, series, filter, kept, role }: SliView): Html {
  const { sli } = explain;
  const address = path('slis', sli.id);
  const without = (...names: string[]) => kept.filter(([name]) => !names.includes(name));
  const filters = Object.entries(filter);
  return html`<div class="heading"><h1>${sli.title} <abbr title="Code in the definitions">${sli.code}</abbr></h1>${windowChoice(address, sli.window, without('window', 'cursor'))}</div>
${filters.length > 0 && html`<p class="filters">Only ${filters.map(([name, value]) => html`<span class="chip unknown">${words(name)}: ${value}</span>`)} <a href="${address}">show all</a></p>`}
<section class="panel figures" aria-label="The number">
<div><p class="ratio">${known(sli.ratio, percent, sli.reason)}</p><p class="value">${sli.value === null ? noData(sli.ratio === null ? null : sli.reason) : inUnit(sli.value, sli.unit)}${sli.objective !== null && html` · objective ${exactPercent(sli.objective)}`}</p><p>${statusChip(sli)}</p></div>
${terms([
  ['Good', amount(sli, sli.good)],
  ['Bad', amount(sli, sli.bad)],
  ['Budget left', sli.objective === null ? null : known(sli.budget.remaining, percent)],
  ['Trust', trustText(sli)],
  ['Median', optional(sli.p50, duration)],
  ['90th percentile', optional(sli.p90, duration)],
  ['Mean', optional(sli.mean, duration)],
  ['Longest', optional(sli.max, duration)],
  ['Restricted mean survival', optional(sli.rmst, duration)],
  ['Open now', optional(sli.open, count)],
  ['Expected misses', optional(sli.expected_misses, count)],
  ...companionTerms(sli.id, sli.companions ?? {}),
  ['As of', utc(sli.as_of)],
  ['Definition', `version ${sli.definition_version}`],
])}
${sli.objective !== null && burnList(sli)}
</section>
<section class="panel" aria-labelledby="trend"><h2 id="trend">Trend of the ratio</h2>${series.length === 0 ? html`<p class="empty">${noData(sli.reason)}</p>` : html`${trend(sli.title, series, sli.objective)}${pointsTable(series, sli.unit)}`}</section>
<section class="panel" aria-labelledby="explain"><h2 id="explain">Episodes behind the number</h2>
<nav class="choice" aria-label="Role">${[undefined, ...roles].map((name) => {
    const query = new URLSearchParams([...without('role', 'cursor'), ...(name ? [['role', name]] : [])] as [
      string,
      string,
    ][]).toString();
    const label = name
      ? `${name} ${count(explain.counts[name])}`
      : `all ${count(roles.reduce((sum, each) => sum + explain.counts[each], 0))}`;
    return html`<a href="${address}${query && `?${query}`}#explain"${name === role && html` aria-current="true"`}>${label}</a>`;
  })}</nav>
${excludedLine(sli.excluded)}
${explainTable(explain)}
${explain.next_cursor !== null && html`<p class="more"><a href="${address}?${new URLSearchParams([...without('cursor'), ['cursor', explain.next_cursor]]).toString()}#explain">Next episodes</a></p>`}
</section>`;
}

/** Resources count by the time that they were good or bad. */
function amount({ id }: SliReport, number: number): string {
  return id === 'drift-rate' || id === 'incident-burn' ? `${duration(number)} of resource time` : count(number);
}

/** Left out where the SLI has no such figure at all; in words where it is not known. */
function optional(value: number | null | undefined, show: (value: number) => string) {
  return value === undefined ? null : known(value, show);
}

function excludedLine(excluded: Readonly<Record<string, number>>): Html | null {
  const reasons = Object.entries(excluded).filter(([, times]) => times > 0);
  if (reasons.length === 0) return null;
  return html`<p class="legend">Excluded: ${reasons.map(([reason, times]) => `${words(reason)} ${count(times)}`).join(', ')}.</p>`;
}

function explainTable({ items }: ExplainPage): Html {
  const rows = items.map(
    (item) => html`<tr>
<td>${roleChip(item.role)}${item.reason && html`<small>${words(item.reason)}</small>`}</td>
<th scope="row"><a href="${path('findings', item.finding_id)}">${item.title}</a><small>${item.asset_id}</small></th>
<td>${severityMark(item.severity)}</td>
<td>${item.team}</td>
<td class="clocks">${clockList(item)}</td>
<td class="number">${known(item.duration_seconds, duration)}</td>
</tr>`,
  );
  return table(
    'Episodes',
    ['Role', 'Finding', 'Severity', 'Team', 'Clocks', 'Duration#'],
    rows,
    'No episode has this role in the window.',
  );
}

/** The first clock in full, the others as what came after the one before. */
function clockList({ clocks }: ExplainItem): Renderable {
  const marks = marksOf(clocks);
  return marks.map(({ name, clock, atMs }, index) => {
    const before = marks[index - 1];
    const when = before
      ? html`<time datetime="${clock.at}" title="${utcText(clock.at)}">+${duration((atMs - before.atMs) / 1000)}</time>`
      : utc(clock.at);
    return html`${index > 0 && ', '}<span>${clockLabels[name]} ${when}${clock.precision !== 'exact' && ` (${clock.precision})`}</span>`;
  });
}

/** The trend as numbers, for those who cannot see the line or want to copy it. */
function pointsTable(series: readonly SeriesPoint[], unit: string): Html {
  const rows = series.map(
    (point) =>
      html`<tr><th scope="row">${utc(point.at)}</th><td class="number">${known(point.ratio, percent)}</td><td class="number">${known(point.value, (value) => inUnit(value, unit))}</td><td class="number">${count(point.good)}</td><td class="number">${count(point.bad)}</td><td>${point.final ? 'final' : 'provisional'}</td></tr>`,
  );
  return html`<details id="points"><summary>As a table</summary>${table('Trend', ['Time', 'Ratio#', 'Value#', 'Good#', 'Bad#', 'State'], rows, 'no data')}</details>`;
}
