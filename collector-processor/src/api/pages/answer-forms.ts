import type { EpisodeJson, IncidentJson } from '@cnapp-slo/model';
import { DAY_MS } from '@cnapp-slo/model';
import { anonymous, type Caller } from '../tokens.ts';
import { type Html, html } from './html.ts';
import { words } from './humanize.ts';

/** What a page needs to offer answers to a subject: where its forms go, and the proof that they are ours. */
export interface AnswerTarget {
  action: string;
  token: string;
  caller: Caller;
  /** Which plans for a second person can be made for it. */
  plans: { risk: boolean; fix: boolean };
  /** The last answer, said back; undefined: none. */
  said: string | undefined;
}

/** The closed list, in the words of the person who decides. */
const VERDICTS = [
  ['tp', 'Real', 'it happened and must be fixed'],
  ['fp', 'False alarm', 'the rule is wrong'],
  ['btp', 'Real, but allowed', 'somebody was permitted to'],
  ['duplicate', 'Duplicate', 'another incident tells it'],
] as const;

const VERDICT_WORDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(VERDICTS.map(([id, label]) => [id, label])),
  unknown: 'unknown',
};

/** What each answer is called once it is recorded. */
const SAID: Readonly<Record<string, string>> = {
  acknowledge: 'Recorded: somebody has it now.',
  take: 'Recorded: it is yours.',
  assign: 'Recorded: it is assigned.',
  ...Object.fromEntries(VERDICTS.map(([id, label]) => [id, `Recorded: the verdict is “${label}”.`])),
};

const MAX_ACCEPTANCE_DAYS = 90;

/** The answers that are open to the reader, the likeliest first; each is one press of a button. */
export function answerSection(
  { state }: Pick<IncidentJson, 'state'>,
  episode: Pick<EpisodeJson, 'verdict' | 'state'> | undefined,
  target: AnswerTarget,
  nowMs: number,
): Html {
  const { caller, said, plans } = target;
  const status = said !== undefined && SAID[said];
  const verdict = episode?.verdict ?? null;
  return html`<section class="panel answers" aria-labelledby="answer"><h2 id="answer">Your answer</h2>
${status && html`<p class="said" role="status">${status}</p>`}
${
  caller.permissions.has('write')
    ? html`${state === 'firing' && takeForm(target)}
${state !== 'resolved' && html`<p class="question" id="verdict-question">What is it?${verdict && html` <span class="chip unknown">${VERDICT_WORDS[verdict] ?? words(verdict)}</span>`}</p>`}
${state === 'resolved' && html`<p class="question" id="verdict-question">It is over. What was it?${verdict && html` <span class="chip unknown">${VERDICT_WORDS[verdict] ?? words(verdict)}</span>`}</p>`}
${verdictForm(target, verdict)}
${state !== 'resolved' && html`<div class="others">${assignForm(target)}${plans.risk && riskForm(target, nowMs)}${plans.fix && fixForm(target)}</div>`}
${caller === anonymous && html`<p class="aside">Nobody is signed in here: answers are recorded as “${caller.name}”.</p>`}`
    : html`<p class="aside">You may read this, not answer it: the token “${caller.name}” lacks the permission write.</p>`
}</section>`;
}

function form(target: AnswerTarget, name: string, content: Html): Html {
  return html`<form method="post" action="${target.action}" class="answer-${name}"><input type="hidden" name="token" value="${target.token}">${content}</form>`;
}

function takeForm(target: AnswerTarget): Html {
  const mine = target.caller !== anonymous;
  return form(
    target,
    'take',
    html`<button class="primary" name="answer" value="${mine ? 'take' : 'acknowledge'}">${mine ? 'I have it' : 'Acknowledge'}</button>${mine && html` <button name="answer" value="acknowledge">Acknowledge only</button>`}`,
  );
}

function verdictForm(target: AnswerTarget, verdict: string | null): Html {
  const buttons = VERDICTS.map(
    ([id, label, meaning]) =>
      html`<button name="answer" value="${id}"${id === verdict && html` aria-pressed="true"`}><strong>${label}</strong><small>${meaning}</small></button>`,
  );
  return form(
    target,
    'verdict',
    html`<div class="verdicts" role="group" aria-labelledby="verdict-question">${buttons}</div><label><span>Why <span class="aside">(optional, goes with the verdict)</span></span><input name="reason" maxlength="2000" autocomplete="off"></label>`,
  );
}

function assignForm(target: AnswerTarget): Html {
  return html`<details id="assign"><summary>Give it to somebody</summary>${form(
    target,
    'assign',
    html`<label>Person or team<input name="assignee" required maxlength="200" autocomplete="off"></label><button name="answer" value="assign">Assign</button>`,
  )}</details>`;
}

function riskForm(target: AnswerTarget, nowMs: number): Html {
  if (target.caller === anonymous) return plansNeedPeople('risk', 'Accept the risk for a time');
  const day = (days: number): string => new Date(nowMs + days * DAY_MS).toISOString().slice(0, 10);
  return html`<details id="risk"><summary>Accept the risk for a time</summary>${form(
    target,
    'risk',
    html`<label>Why<input name="reason" required maxlength="2000" autocomplete="off"></label><label>Until<input type="date" name="until" required min="${day(1)}" max="${day(MAX_ACCEPTANCE_DAYS)}" value="${day(30)}"></label><button name="answer" value="accept_risk">Ask a second person</button><p class="aside">The clock stops when somebody else has approved, and goes on after that day.</p>`,
  )}</details>`;
}

function fixForm(target: AnswerTarget): Html {
  if (target.caller === anonymous) return plansNeedPeople('fix', 'Propose the fix as a pull request');
  return html`<details id="fix"><summary>Propose the fix as a pull request</summary>${form(
    target,
    'fix',
    html`<button name="answer" value="propose_fix">Plan it</button><p class="aside">You see the difference first; somebody else approves it, and the owners of the code merge it.</p>`,
  )}</details>`;
}

function plansNeedPeople(id: string, title: string): Html {
  return html`<details id="${id}"><summary>${title}</summary><p class="aside">This takes two people, and nobody is signed in here: configure api.tokens_file.</p></details>`;
}
