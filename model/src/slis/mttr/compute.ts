import { durationBetween } from '../../domain/clock.ts';
import { deadlineOf, remediationStart } from '../../domain/deadline.ts';
import type { Episode } from '../../domain/episode.ts';
import { isSuspended } from '../../domain/episode-at.ts';
import { isDismissed, isFixed } from '../../domain/episodes-of.ts';
import { isAtLeast } from '../../domain/severity.ts';
import type { SliComputation, SliInput, SliMember } from '../sli.ts';
import { mean, quantile } from '../statistics.ts';
import type { SurvivalTime } from '../survival.ts';
import { kaplanMeier, restrictedMean, survivalAt } from '../survival.ts';
import { RMST_TAU_SECONDS } from './definition.ts';

const CLASSES = new Set(['posture', 'iac', 'identity_config', 'vulnerability', 'secret', 'sast']);

/**
 * M2's three views. The SLO is the deadline cohort: an episode whose deadline lies in the window is good when it was
 * fixed by then, bad when it was still open. The value is the mean of the closed cohort.
 */
export function compute(input: SliInput): SliComputation {
  const members: SliMember[] = [];
  const closed: number[] = [];
  const claimed: number[] = [];
  const exposure: number[] = [];
  const acknowledged: number[] = [];
  const times: SurvivalTime[] = [];
  const openItems: { ageSeconds: number; deadlineSeconds: number }[] = [];
  let missingAlert = 0;
  for (const { episode } of input.episodes) {
    if (!isInPopulation(episode)) continue;
    const start = remediationStart(episode);
    const deadlineMs = deadlineOf(episode);
    if (!start || deadlineMs === null || start.atMs > input.toMs) continue;
    const stop = isFixed(episode) ? (episode.clocks.t_verify ?? episode.clocks.t_close) : undefined;
    const endMs = episode.clocks.t_close?.atMs ?? null;
    const stopsInWindow = endMs !== null && endMs > input.fromMs && endMs <= input.toMs;
    const deadlineInWindow = deadlineMs > input.fromMs && deadlineMs <= input.toMs;
    const isOpen = endMs === null || endMs > input.toMs;
    if (!stopsInWindow && !deadlineInWindow && !isOpen) continue;
    const member: SliMember = {
      episodeId: episode.id,
      findingId: episode.findingId,
      role: 'excluded',
      reason: null,
      durationSeconds: null,
      weight: 1,
    };
    members.push(member);
    if (isDismissed(episode) || episode.cohort === 'baseline') {
      member.reason = isDismissed(episode) ? (episode.closeReason ?? null) : 'baseline';
      continue;
    }
    const duration = stop && stop.atMs <= input.toMs ? durationBetween(start, stop) : null;
    if (duration && !duration.ok) {
      member.reason = duration.reason;
      continue;
    }
    if (duration) member.durationSeconds = duration.seconds;
    Object.assign(member, roleOf(episode, input, deadlineMs, stop?.atMs ?? null, endMs));
    if (!episode.clocks.t_alert) missingAlert += 1;
    if (duration && stopsInWindow) {
      closed.push(duration.seconds);
      pushBetween(claimed, start.atMs, episode.clocks.t_remediate?.atMs);
      pushBetween(exposure, episode.clocks.t_change?.loMs ?? episode.clocks.t_change?.atMs, stop?.atMs);
      pushBetween(acknowledged, episode.clocks.t_alert?.atMs, episode.clocks.t_ack?.atMs);
    }
    const seenUntilMs = Math.min(endMs ?? input.toMs, input.toMs, suspensionStart(episode, start.atMs) ?? input.toMs);
    times.push({
      seconds: Math.max(0, seenUntilMs - start.atMs) / 1000,
      stopped: duration !== null && seenUntilMs === stop?.atMs,
    });
    if (isOpen && deadlineMs > input.toMs && !isSuspended(episode, input.toMs)) {
      openItems.push({
        ageSeconds: (input.toMs - start.atMs) / 1000,
        deadlineSeconds: (deadlineMs - start.atMs) / 1000,
      });
    }
  }
  const curve = kaplanMeier(times);
  const value = mean(closed);
  return {
    value,
    good: members.filter((member) => member.role === 'good').length,
    bad: members.filter((member) => member.role === 'bad').length,
    members,
    durations: {
      p50: quantile(closed, 0.5),
      p90: quantile(closed, 0.9),
      mean: value,
      max: closed.length > 0 ? closed.reduce((a, b) => Math.max(a, b)) : null,
      rmst: times.length > 0 ? restrictedMean(curve, RMST_TAU_SECONDS) : null,
      expectedMisses: times.length > 0 ? expectedMisses(curve, openItems) : null,
      open: members.filter((member) => member.reason === 'open' || member.reason === 'past_deadline_open').length,
    },
    companions: {
      claimed_mean: mean(claimed),
      exposure_mean: mean(exposure),
      mtta: mean(acknowledged),
      missing_alert: missingAlert,
    },
  };
}

function isInPopulation(episode: Episode): boolean {
  return CLASSES.has(episode.detectorClass) && isAtLeast(episode.strictestSeverity, 'high') && !episode.exercise;
}

/** View (c): at most one event an episode, decided by its deadline. */
function roleOf(
  episode: Episode,
  input: SliInput,
  deadlineMs: number,
  stopMs: number | null,
  endMs: number | null,
): Pick<SliMember, 'role' | 'reason'> {
  if (endMs !== null && endMs <= input.toMs && endMs <= deadlineMs && stopMs === null) {
    return { role: 'excluded', reason: episode.closeReason ?? null };
  }
  if (deadlineMs > input.toMs) {
    if (isSuspended(episode, input.toMs)) return { role: 'excluded', reason: 'accepted_risk' };
    const fixed = stopMs !== null && stopMs <= input.toMs;
    return { role: 'pending', reason: fixed ? 'fixed_before_deadline' : 'open' };
  }
  // Decided before this window: part of the closed cohort only.
  if (deadlineMs <= input.fromMs) {
    return {
      role: 'pending',
      reason: endMs === null || endMs > input.toMs ? 'past_deadline_open' : 'deadline_before_window',
    };
  }
  if (stopMs !== null && stopMs <= deadlineMs) return { role: 'good', reason: null };
  if (endMs === null || endMs > input.toMs) return { role: 'bad', reason: 'past_deadline_open' };
  return { role: 'bad', reason: stopMs === null ? 'ended_late' : 'fixed_late' };
}

/** Σ S(deadline)/S(age) over what is open: the burn that is already on its way. */
function expectedMisses(
  curve: ReturnType<typeof kaplanMeier>,
  items: readonly { ageSeconds: number; deadlineSeconds: number }[],
): number {
  let sum = 0;
  for (const item of items) {
    const alive = survivalAt(curve, item.ageSeconds);
    sum += alive > 0 ? survivalAt(curve, item.deadlineSeconds) / alive : 1;
  }
  return sum;
}

function suspensionStart(episode: Episode, startMs: number): number | null {
  return episode.suspensions.find((pause) => pause.fromMs >= startMs)?.fromMs ?? null;
}

function pushBetween(into: number[], fromMs: number | undefined, toMs: number | undefined): void {
  if (fromMs !== undefined && toMs !== undefined) into.push(Math.max(0, toMs - fromMs) / 1000);
}

/** Whether an episode has a deadline to meet or miss: it is in the population and not a backlog. */
export function remediationDeadlineApplies(episode: Episode): boolean {
  return isInPopulation(episode) && episode.cohort !== 'baseline';
}

/** What M2 announces of an episode at `nowMs`: good at its proof, bad at its deadline; null while neither has come, or never will. */
export function remediationOutcome(episode: Episode, nowMs: number): 'good' | 'bad' | null {
  const deadlineMs = remediationDeadlineApplies(episode) ? deadlineOf(episode) : null;
  if (deadlineMs === null || isDismissed(episode)) return null;
  const closedMs = episode.clocks.t_close?.atMs ?? null;
  if (closedMs === null) return deadlineMs <= nowMs ? 'bad' : null;
  if (closedMs > deadlineMs) return 'bad';
  return isFixed(episode) ? 'good' : null;
}
