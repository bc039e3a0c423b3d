import type { IncidentJson } from '@cnapp-slo/model';
import { type AnswerTarget, answerSection } from './answer-forms.ts';
import { type Html, html } from './html.ts';
import { incidentsTable, severityMark } from './parts.ts';

/** An alert group: incidents of one cause that were told together, and are answered together. */
export function groupPage(
  title: string,
  incidents: readonly IncidentJson[],
  target: AnswerTarget,
  nowMs: number,
): Html {
  const open = incidents.filter(({ state }) => state !== 'resolved');
  const firing = open.filter(({ state }) => state === 'firing');
  const state = open.length === 0 ? 'resolved' : firing.length === 0 ? 'acknowledged' : 'firing';
  const [first] = incidents;
  return html`<div class="heading"><h1>${title}</h1></div>
<p class="facts">${first && severityMark(first.severity)} <span>${open.length} open</span> <span>${firing.length} acknowledged by nobody</span></p>
${answerSection({ state }, undefined, target, nowMs)}
<p class="aside">What you answer here is your answer to each of the ${incidents.length} incidents.</p>
<section class="panel" aria-labelledby="incidents"><h2 id="incidents">Incidents</h2>${incidentsTable(incidents, nowMs, 'None.')}</section>`;
}
