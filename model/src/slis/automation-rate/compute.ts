import type { Attempt, Episode } from '../../domain/episode.ts';
import { isDismissed, isFixed } from '../../domain/episodes-of.ts';
import { isAtLeast } from '../../domain/severity.ts';
import { EpisodeMembers, tally } from '../members.ts';
import type { EpisodeView, SliComputation, SliInput, SliMember, Span } from '../sli.ts';
import { share, wilsonInterval } from '../statistics.ts';
import { DURABLE_MS } from './definition.ts';
import { type Effect, effectOf, isAutomatic } from './effect.ts';

/** M8: what was fixed in the window, by who made the effecting change; and the automated attempts that failed. */
export function compute(input: SliInput): SliComputation {
  const fixes = new EpisodeMembers(input);
  const { all: members } = fixes;
  const effects: Record<Effect, number> = { automated: 0, assisted: 0, reconciler: 0, manual: 0 };
  const attempts = { all: 0, lasting: 0 };
  let falseFixes = 0;
  let provisional = 0;
  let opened = 0;
  let automaticOfAll = 0;
  for (const { episode, finding } of input.episodes) {
    if (episode.detectorClass === 'drift' || isDismissed(episode)) continue;
    const detectMs = episode.clocks.t_detect?.atMs ?? 0;
    if (detectMs > input.fromMs && isAtLeast(episode.severity, 'high')) opened += 1;
    const closedMs = episode.clocks.t_close?.atMs ?? null;
    const isFixedNow = isFixed(episode) && closedMs !== null && closedMs > input.fromMs && closedMs <= input.toMs;
    if (isFixedNow) {
      const effect = effectOf(episode);
      effects[effect] += 1;
      if (effect === 'automated') {
        attempts.all += 1;
        automaticOfAll += 1;
        if (!episode.durable) falseFixes += 1;
        else attempts.lasting += 1;
        if (episode.durable && input.toMs - closedMs < DURABLE_MS) provisional += 1;
      }
      const isGood = effect === 'automated' && episode.durable;
      const reason = effect === 'automated' ? 'not_durable' : effect;
      fixes.add(episode, isGood ? 'good' : 'bad', isGood ? null : reason);
    }
    for (const attempt of failedAttempts(episode, input)) {
      // The revert of a fix that is counted above, as one that did not last.
      if (isFixedNow && !episode.durable && attempt.action === 'reverted') continue;
      attempts.all += 1;
      members.push(attemptMember({ episode, finding, asset: undefined }, attempt));
    }
  }
  const { good, bad } = tally(members);
  const quality = wilsonInterval(attempts.lasting, attempts.all);
  return {
    value: share(good, good + bad),
    good,
    bad,
    members,
    companions: {
      assisted: share(effects.assisted, good + bad),
      reconciler: share(effects.reconciler, good + bad),
      open_ratio: share(automaticOfAll, opened),
      quality: share(attempts.lasting, attempts.all),
      quality_low: quality?.low ?? null,
      false_fixes: falseFixes,
      provisional,
    },
  };
}

/** Of automation, that ended in the window. */
export function failedAttempts({ attempts = [] }: Episode, { fromMs, toMs }: Span): Attempt[] {
  return attempts.filter(
    (attempt) =>
      isAutomatic(attempt) &&
      (attempt.action === 'failed' || attempt.action === 'reverted') &&
      attempt.atMs > fromMs &&
      attempt.atMs <= toMs,
  );
}

function attemptMember({ episode, finding }: EpisodeView, attempt: Attempt): SliMember {
  return {
    episodeId: `${episode.id}#${attempt.id}`,
    findingId: episode.findingId,
    role: 'bad',
    reason: attempt.action === 'failed' ? 'attempt_failed' : 'attempt_reverted',
    durationSeconds: null,
    weight: 1,
    subject: { title: finding.title, assetId: finding.asset.id, severity: episode.severity },
  };
}
