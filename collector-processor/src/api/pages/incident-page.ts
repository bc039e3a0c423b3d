import type { FindingJson, IncidentJson } from '@cnapp-slo/model';
import type { Briefing } from '../ports.ts';
import { type AnswerTarget, answerSection } from './answer-forms.ts';
import { briefingSection } from './briefing.ts';
import { chainSection } from './context-sections.ts';
import { type Html, html } from './html.ts';
import { duration, utc } from './humanize.ts';
import { findingsTable, incidentChip, severityMark, table, terms } from './parts.ts';

/** `findings` are those of the incident's episodes that the reader may see. */
export function incidentPage(
  incident: IncidentJson,
  findings: readonly FindingJson[],
  { briefing, target, nowMs }: { briefing: Briefing | null; target: AnswerTarget; nowMs: number },
): Html {
  const episode = findings[0]?.episodes?.find(({ incident_id }) => incident_id === incident.id);
  const steps = [
    ['Started', incident.started_at],
    ['Alerted', incident.alerted_at],
    ['Acknowledged', incident.acknowledged_at],
    ['Resolved', incident.resolved_at],
  ] as const;
  const isDismissed = incident.state === 'resolved' && incident.resolved_at === null;
  const startedMs = Date.parse(incident.started_at);
  const endMs = incident.resolved_at === null ? nowMs : Date.parse(incident.resolved_at);
  const rows = steps.map(
    ([name, at]) =>
      html`<tr><th scope="row">${name}</th><td>${at === null ? html`<span class="unknown">not yet</span>` : utc(at)}</td><td class="number">${at === null ? '' : `+${duration((Date.parse(at) - startedMs) / 1000)}`}</td></tr>`,
  );
  return html`<div class="heading"><h1>${incident.title}</h1></div>
<p class="facts">${incidentChip(incident.state)} ${episode?.state === 'suspended' && html`<span class="chip unknown">risk accepted: its clock stands still</span>`} ${severityMark(incident.severity)} <strong>${whereOf(incident, findings)}</strong> <span>${incident.team}</span> ${isDismissed ? html`<span class="aside">dismissed</span>` : html`<span>${incident.resolved_at === null ? 'open for' : 'lasted'} ${duration((endMs - startedMs) / 1000)}</span>`}</p>
<div class="call">${answerSection(incident, episode, target, nowMs)}
${briefing && briefingSection({ ...briefing, links: briefing.links.filter(({ title }) => title !== 'Incident') })}</div>
<section class="panel" aria-labelledby="course"><h2 id="course">Course</h2>${table('Course', ['Step', 'Time', 'After the start#'], rows, '')}${terms(
    [
      ['Team', incident.team],
      [
        'Assets',
        incident.asset_ids.length === 0
          ? null
          : html`<ul class="plain">${incident.asset_ids.map((id) => html`<li>${id}</li>`)}</ul>`,
      ],
    ],
  )}</section>
${chainSection(incident.chain ?? [])}
<section class="panel" aria-labelledby="findings"><h2 id="findings">Findings</h2>${findingsTable('Findings', findings, nowMs, 'No finding belongs to it.')}</section>`;
}

/** What it is about, in as few words as there are. */
function whereOf({ asset_ids }: IncidentJson, findings: readonly FindingJson[]): string {
  const name = findings[0]?.asset_name ?? asset_ids[0] ?? 'an unknown asset';
  return asset_ids.length > 1 ? `${name} and ${asset_ids.length - 1} more` : name;
}
