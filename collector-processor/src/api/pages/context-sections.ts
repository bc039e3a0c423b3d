import type { FindingJson, IncidentStepJson } from '@cnapp-slo/model';
import { type Html, html, path } from './html.ts';
import { utc, words } from './humanize.ts';
import { table, terms } from './parts.ts';

/** What to do about the finding, and every reason for it; nothing where it is closed. */
export function riskSection({ risk, suppressed, controls }: FindingJson): Html | false {
  const frameworks = Object.entries(controls);
  const controlled =
    frameworks.length > 0 && terms(frameworks.map(([framework, names]) => [framework, names.join(', ')] as const));
  const silence =
    suppressed &&
    html`<p class="prose">Nobody is told of it until ${utc(suppressed.expires_at)}: ${suppressed.reason} (${suppressed.owner}, policy ${suppressed.policy}).</p>`;
  if (!risk)
    return (
      controlled &&
      html`<section class="panel" aria-labelledby="controls"><h2 id="controls">Controls</h2>${controlled}</section>`
    );
  const rows = risk.factors.map(
    ({ name, value, points, points_max, reason }) =>
      html`<tr><th scope="row">${words(name)}</th><td>${value ?? html`<span class="unknown">unknown</span>`}</td><td class="number">${points}${points_max > points && html` <span class="aside">to ${points_max}</span>`}</td><td>${reason}</td></tr>`,
  );
  const range = risk.decision === risk.decision_worst ? '' : `, at worst ${risk.decision_worst}`;
  return html`<section class="panel" aria-labelledby="risk"><h2 id="risk">Risk <small>${risk.decision}${range}, ${risk.score} of 100${risk.score_max > risk.score && ` (up to ${risk.score_max})`}</small></h2>
${silence}${table('Factors', ['Factor', 'Value', 'Points#', 'Because'], rows, '')}${controlled}</section>`;
}

/** What happened, by time. */
export function chainSection(chain: readonly IncidentStepJson[]): Html {
  const rows = chain.map(
    ({ at, kind, title, by, asset_id, finding_id, change }) =>
      html`<tr><td>${utc(at)}</td><th scope="row">${words(kind)}</th><td>${finding_id === null ? title : html`<a href="${path('findings', finding_id)}">${title}</a>`}${change?.revision && html`<small>${change.repository} ${change.revision.slice(0, 12)}</small>`}</td><td>${by}</td><td>${asset_id}</td></tr>`,
  );
  return html`<section class="panel" aria-labelledby="chain"><h2 id="chain">What happened</h2>${table('What happened', ['Time', 'Step', 'What', 'By', 'Where'], rows, 'Nothing is known of it.')}</section>`;
}
