import type { ChangeJson, EpisodeJson, FindingJson, IncidentJson } from '@cnapp-slo/model';
import { type AnswerTarget, answerSection } from './answer-forms.ts';
import { riskSection } from './context-sections.ts';
import { type Html, html, path, webLink } from './html.ts';
import { duration, since, utc, words } from './humanize.ts';
import { severityMark, terms } from './parts.ts';
import { timeline } from './timeline.ts';

export function findingPage(finding: FindingJson, target: AnswerTarget, nowMs: number): Html {
  // The newest first: it is the one to act on.
  const episodes = (finding.episodes ?? []).toSorted((a, b) => b.seq - a.seq);
  const evidence = Object.entries(finding.evidence ?? {});
  return html`<div class="heading"><h1>${finding.title}</h1></div>
<p class="facts">${severityMark(finding.severity)} <span class="chip unknown">${words(finding.state)}</span> ${finding.open_seconds !== null && html`<span>open for ${duration(finding.open_seconds)}</span>`} <span class="aside">last seen ${since(finding.last_seen_at, nowMs)}</span></p>
${answerSection({ state: stateOf(finding) }, episodes[0], target, nowMs)}
${riskSection(finding)}
<section class="panel" aria-label="What and where">${terms([
    ['Asset', html`${finding.asset_name ?? finding.asset_id}<small>${finding.asset_id}</small>`],
    ['Kind', words(finding.asset_kind)],
    ['Team', finding.team],
    ['Environment', finding.environment ?? html`<span class="unknown">unknown</span>`],
    ['Criticality', finding.criticality],
    ['Account', finding.account],
    ['Provider', finding.provider],
    ['Rule', finding.rule],
    ['Told apart by', finding.discriminator],
    ['Detector', `${finding.detector} (${words(finding.detector_class)})`],
    ['Runbook', html`<a href="${path('runbooks', finding.detector_class)}">${words(finding.detector_class)}</a>`],
    [
      'First detected',
      finding.first_detected_at === null ? html`<span class="unknown">unknown</span>` : utc(finding.first_detected_at),
    ],
  ])}</section>
${episodes.map((episode) => episodeSection(episode, nowMs))}
${episodes.length === 0 && html`<p class="empty">No episode: it has only been seen to pass.</p>`}
${finding.remediation && html`<section class="panel" aria-labelledby="remediation"><h2 id="remediation">How to fix it</h2><p class="prose">${finding.remediation}</p></section>`}
${evidence.length > 0 && html`<section class="panel" aria-labelledby="evidence"><h2 id="evidence">Evidence</h2>${terms(evidence.map(([name, value]) => [name, html`<code>${String(value)}</code>`] as const))}</section>`}
${linkSection(finding)}`;
}

function stateOf({ state, episodes }: FindingJson): IncidentJson['state'] {
  if (state === 'closed') return 'resolved';
  return episodes?.[0]?.clocks.t_ack ? 'acknowledged' : 'firing';
}

function episodeSection(episode: EpisodeJson, nowMs: number): Html {
  const heading = `episode-${episode.seq}`;
  const outcome = episode.close_reason === null ? episode.state : episode.close_reason;
  return html`<section class="panel" aria-labelledby="${heading}"><h2 id="${heading}">Episode ${episode.seq} <small>${words(outcome)}</small></h2>
${timeline(episode, nowMs)}
${terms([
  ['Started by', words(episode.trigger)],
  [
    'Deadline',
    episode.deadline_at === null
      ? null
      : html`${utc(episode.deadline_at)}${episode.close_reason === null && html`<small>${since(episode.deadline_at, nowMs)}</small>`}`,
  ],
  ['Verdict', episode.verdict],
  ['Came back within 15 min', episode.flaps === 0 ? null : `${episode.flaps} times`],
  ['Durable', episode.durable ? null : 'no: it came back within 7 days'],
  ['Cohort', episode.cohort === 'baseline' ? 'baseline: there before anybody looked' : null],
  ['Origin', episode.origin === 'backfill' ? 'history that was imported' : null],
  [
    'Incident',
    episode.incident_id && html`<a href="${path('incidents', episode.incident_id)}">${episode.incident_id}</a>`,
  ],
  ['Traces', episode.trace_ids.length === 0 ? null : episode.trace_ids.map((id) => html`<code>${id}</code> `)],
])}
<div class="chains">${chain('What caused it', episode.change, episode.candidate_change_ids.length)}${episode.fix_change && chain('What fixed it', episode.fix_change, 1)}</div>
</section>`;
}

/** Change → commit → pipeline, as far as it is known. */
function chain(title: string, change: ChangeJson | null, candidates: number): Html {
  if (change === null) {
    const why =
      candidates > 1 ? `${candidates} changes can have caused it` : 'no change is known that can have caused it';
    return html`<div><h3>${title}</h3><p class="empty">${why}</p></div>`;
  }
  const { repository, revision, pipeline_url: pipeline } = change;
  const commit = change.links.find((link) => link.rel === 'commit');
  const commitText = `${repository ?? ''}${repository && revision ? ' @ ' : ''}${revision?.slice(0, 12) ?? ''}`;
  return html`<div><h3>${title}</h3><ol class="chain">
<li><span class="kind">${words(change.kind)} change</span><strong>${change.title}</strong><small>${utc(change.at)} by ${change.actor} (${change.actor_kind}) · ${change.outcome}</small></li>
${commitText && html`<li><span class="kind">commit</span>${commit ? webLink(commit.href, commitText) : html`<span>${commitText}</span>`}</li>`}
${pipeline && html`<li><span class="kind">pipeline</span>${webLink(pipeline, pipeline.replace(/^https?:\/\//, ''))}</li>`}
</ol></div>`;
}

function linkSection({ links = [], actions = [] }: FindingJson): Html | null {
  if (links.length + actions.length === 0) return null;
  return html`<section class="panel" aria-labelledby="links"><h2 id="links">Links</h2><ul class="links">${[
    ...actions,
    ...links,
  ].map(
    ({ rel, href }) => html`<li><span class="kind">${words(rel)}</span>${webLink(href, href)}</li>`,
  )}</ul></section>`;
}
