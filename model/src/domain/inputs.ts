import type { Clock } from './clock.ts';
import { SKEW_TOLERANCE_MS } from './clock.ts';
import type { Attempt, Episode, EpisodeState } from './episode.ts';
import type { AcceptanceInput, ActionInput, Fact, PersonInput } from './fact.ts';

/** Sets the clocks and suspensions that people's and channels' inputs give. `inputs` are sorted by event time, then id. */
export function applyInputs(episodes: readonly Episode[], inputs: readonly Fact<PersonInput>[]): void {
  for (const fact of inputs) {
    const episode = namedEpisode(episodes, fact) ?? episodeAt(episodes, fact.atMs);
    if (!episode) continue;
    const { clocks } = episode;
    const body = fact.body;
    if (body.kind === 'alert') {
      const known = clocks.t_alert;
      const better = known === undefined || (known.precision === 'inferred' && body.precision === 'exact');
      if (better) clocks.t_alert = { ...clockOf(fact, body.channel), precision: body.precision };
      if (body.group !== undefined) episode.alertGroup ??= body.group;
      if (body.urgency !== undefined) episode.alertUrgency ??= body.urgency;
    } else if (body.kind === 'acknowledgement') {
      if (body.withdrawn) delete clocks.t_ack;
      else clocks.t_ack ??= { ...clockOf(fact, body.channel), actor: body.actor.id };
    } else if (body.kind === 'verdict' || body.kind === 'assignment') {
      clocks.t_triage ??= { ...clockOf(fact, body.kind), actor: body.actor.id };
      if (body.kind === 'assignment') episode.assignee = body.assignee;
    } else if (body.kind === 'acceptance') suspend(episode, body);
    else act(episode, fact as Fact<ActionInput>);
  }
  for (const episode of episodes) if (episode.state !== 'closed') episode.state = openState(episode);
}

/** How far people and automation are with what is not closed. A claim holds until the detector fails it again. */
function openState({ clocks, lastFailMs, attempts = [] }: Episode): EpisodeState {
  if (clocks.t_remediate && clocks.t_remediate.atMs > lastFailMs) return 'fixed_unverified';
  if (attempts.some((attempt) => attempt.action === 'started')) return 'remediating';
  return clocks.t_ack ? 'acked' : 'open';
}

/** The episode that the input names by its number, as in `f_….2`; undefined when it names the finding. */
export function namedEpisode(episodes: readonly Episode[], fact: Fact<PersonInput>): Episode | undefined {
  const seq = /\.(\d+)$/.exec(fact.body.subjectId)?.[1];
  return seq === undefined ? undefined : episodes.find((episode) => episode.seq === Number(seq));
}

function act(episode: Episode, fact: Fact<ActionInput>): void {
  const { body } = fact;
  const { clocks } = episode;
  if (body.action === 'reopened') {
    takeBack(episode);
    return;
  }
  noteAttempt(episode, fact);
  if (body.action === 'deleted_to_fix') {
    if (episode.closeReason === 'asset_deleted') episode.closeReason = 'remediated_by_deletion';
  } else if (body.action === 'remediated' || body.action === 'contained') {
    clocks.t_remediate ??= clockOf(fact, 'action');
    episode.fixActor ??= body.actor;
    const neverPasses = episode.detectorClass === 'runtime' || episode.detectorClass === 'identity';
    if (body.action === 'remediated' || !neverPasses || episode.state === 'closed') return;
    clocks.t_verify = clockOf(fact, 'action');
    clocks.t_close = clocks.t_verify;
    episode.state = 'closed';
    episode.closeReason = 'remediated_verified';
  }
}

/** The claim that people made is void; what a change or a detector showed stands. */
function takeBack(episode: Episode): void {
  if (episode.clocks.t_remediate?.source !== 'action' || episode.state === 'closed') return;
  delete episode.clocks.t_remediate;
  delete episode.fixActor;
  episode.attempts = (episode.attempts ?? []).filter(
    ({ action, tier }) => action !== 'remediated' || tier !== undefined,
  );
}

function noteAttempt(episode: Episode, { id, body, atMs }: Fact<ActionInput>): void {
  const attempts = episode.attempts ?? [];
  const attemptId = body.attemptId ?? id;
  const started = attempts.find((one) => one.id === attemptId);
  const attempt: Attempt = { id: attemptId, action: body.action, actor: body.actor, startedMs: atMs, atMs };
  if (body.tier !== undefined) attempt.tier = body.tier;
  if (body.cause !== undefined) attempt.cause = body.cause;
  if (body.changeId !== undefined) attempt.changeId = body.changeId;
  if (started) Object.assign(started, attempt, { startedMs: started.startedMs });
  else attempts.push(attempt);
  episode.attempts = attempts;
}

/** Never retroactive, and only with a second person: a self-approved acceptance has no effect. */
function suspend(episode: Episode, body: AcceptanceInput): void {
  if (body.approver.id === body.requester.id || body.expiresMs <= body.atMs) return;
  episode.suspensions.push({ fromMs: body.atMs, toMs: body.expiresMs, policy: body.policy });
}

/** The episode that was running at `atMs`, else the last one before it; an input may be stamped a little early. */
function episodeAt(episodes: readonly Episode[], atMs: number): Episode | undefined {
  return episodes.findLast((episode) => (episode.clocks.t_detect?.atMs ?? 0) - SKEW_TOLERANCE_MS <= atMs);
}

function clockOf(fact: Fact, source: string): Clock {
  return { atMs: fact.atMs, source, precision: 'exact', recvMs: fact.recvMs, factId: fact.id };
}
