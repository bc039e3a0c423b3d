import type { PlanView } from '../ports.ts';
import type { Caller } from '../tokens.ts';
import { type Html, html, path, webLink } from './html.ts';
import { since, utc, words } from './humanize.ts';
import { table, terms } from './parts.ts';

const TITLES: Readonly<Record<string, string>> = { accept_risk: 'Accept a risk', propose_fix: 'Propose a fix' };

export function planTitle({ plan }: PlanView): string {
  return TITLES[plan.kind] ?? words(plan.kind);
}

/** What is asked, what would be different, and the answer of a second person. `token` proves the form. */
export function planPage(view: PlanView, caller: Caller, token: string, nowMs: number): Html {
  const { plan, state, reason, requester, requestedMs, expiresMs, decidedBy, href } = view;
  return html`<div class="heading"><h1>${planTitle(view)}</h1></div>
<p class="facts"><span class="chip ${state === 'waiting' ? 'warn' : 'unknown'}">${words(state)}</span> ${reason && html`<span>${words(reason)}</span>`}</p>
<section class="panel" aria-labelledby="asked"><h2 id="asked">What is asked</h2>${terms([
    ['Asked by', requester.id],
    ['When', utc(new Date(requestedMs).toISOString())],
    [
      state === 'waiting' ? 'Ends without an answer' : 'Was to be answered',
      since(new Date(expiresMs).toISOString(), nowMs),
    ],
    ['For', html`<a href="${path('findings', plan.subjectId)}">${plan.subjectId}</a>`],
    ['Team', plan.team],
    ['Reason', plan.parameters.reason ?? null],
    ['Until', plan.parameters.expires_at ? utc(plan.parameters.expires_at) : null],
    ['Blast radius', plan.blastRadius],
    ['Answered by', decidedBy?.id ?? null],
    ['Opened', href && webLink(href, href)],
    ['Digest', html`<code>${view.digest.slice(0, 16)}</code>`],
  ])}</section>
<section class="panel" aria-labelledby="difference"><h2 id="difference">What would be different</h2><pre class="prose">${plan.difference}</pre></section>
${state === 'waiting' && decision(view, caller, token)}`;
}

function decision({ id, digest, nonce, requester }: PlanView, caller: Caller, token: string): Html {
  const isOwn = caller.name === requester.id;
  if (!caller.permissions.has('approve')) {
    const why = isOwn
      ? 'You asked for this. Somebody who may approve has to open this page.'
      : `The token “${caller.name}” lacks the permission approve.`;
    return html`<section class="panel" aria-labelledby="decision"><h2 id="decision">Decision</h2><p class="aside">${why}</p></section>`;
  }
  return html`<section class="panel answers" aria-labelledby="decision"><h2 id="decision">Decision</h2>
${isOwn && html`<p class="aside">You asked for this: somebody else must approve it. You can take it back.</p>`}
<form method="post" action="${path('plans', id, 'decision')}"><input type="hidden" name="token" value="${token}"><input type="hidden" name="digest" value="${digest}"><input type="hidden" name="nonce" value="${nonce}">${!isOwn && html`<button class="primary" name="decision" value="approve">Approve</button> `}<button name="decision" value="deny">${isOwn ? 'Take it back' : 'Deny'}</button></form></section>`;
}

export function plansTable(plans: readonly PlanView[], nowMs: number): Html {
  const rows = plans.map(
    (view) => html`<tr>
<td class="short">${words(view.state)}</td>
<th scope="row"><a href="${path('plans', view.id)}">${planTitle(view)}</a><small>${view.plan.difference.split('\n')[0]}</small></th>
<td>${view.plan.team}</td>
<td>${view.requester.id}</td>
<td class="number">${since(new Date(view.requestedMs).toISOString(), nowMs)}</td>
</tr>`,
  );
  return table(
    'Approvals',
    ['State', 'What', 'Team', 'Asked by', 'Asked#'],
    rows,
    'Nothing waits for a second person.',
  );
}
