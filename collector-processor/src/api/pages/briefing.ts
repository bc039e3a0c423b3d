import type { Briefing } from '../ports.ts';
import { type Html, html, webLink } from './html.ts';

/** What the message said, as it is now. */
export function briefingSection({ facts, nextCommand, links, missing }: Briefing): Html {
  return html`<section class="panel" aria-labelledby="briefing"><h2 id="briefing">What to know</h2>
<dl class="briefing">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${missing.length > 0 && html`<p class="aside">Not gathered: ${missing.join(', ')}</p>`}
${nextCommand && html`<h3>What to do next</h3><pre class="prose">${nextCommand}</pre>`}
${links.length > 0 && html`<ul class="links">${links.map(({ title, href }) => html`<li>${href.startsWith('/') ? html`<a href="${href}">${title}</a>` : webLink(href, title)}</li>`)}</ul>`}
</section>`;
}
