import type { Asset } from '../../domain/asset.ts';
import { type Clock, durationBetween } from '../../domain/clock.ts';
import { type DeadlinePolicy, deadlineOf, remediationStart } from '../../domain/deadline.ts';
import type { Episode } from '../../domain/episode.ts';
import { isSuspended } from '../../domain/episode-at.ts';
import { isDismissed, isFixed } from '../../domain/episodes-of.ts';
import { isAtLeast } from '../../domain/severity.ts';
import { EpisodeMembers, tally } from '../members.ts';
import type { SliComputation, SliInput, SliMember } from '../sli.ts';
import { maximum, mean, meanDuration, quantile, share } from '../statistics.ts';
import { restrictedMean, type SurvivalStep, SurvivalTimes, survivalAt } from '../survival.ts';
import { ClosedCohort } from './closed-cohort.ts';
import { RMST_TAU_SECONDS } from './definition.ts';

const CLASSES = new Set(['posture', 'iac', 'identity_config', 'vulnerability', 'secret', 'sast']);

/**
 * M2's three views. The SLO is the deadline cohort: an episode whose deadline lies in the window is good when it was
 * fixed by then, bad when it was still open. The value is the mean of the closed cohort.
 */
export function compute(input: SliInput): SliComputation {
  const { fromMs, toMs } = input;
  const members = new EpisodeMembers(input);
  const closed = new ClosedCohort();
  const times = new SurvivalTimes();
  const openItems: { ageSeconds: number; deadlineSeconds: number }[] = [];
  const dismissed = { all: 0, late: 0 };
  let missingAlert = 0;
  const longestMs = longestDeadlineMs(input.policy.deadlines);
  for (const { episode, asset } of input.episodes) {
    if (!isInPopulation(episode)) continue;
    closed.noteFlawed(episode);
    const start = remediationStart(episode);
    if (isOver(episode, start, fromMs - longestMs, fromMs)) continue;
    const deadlineMs = deadlineOf(episode, asset, input.policy.deadlines);
    if (!start || deadlineMs === null || start.atMs > toMs) continue;
    const endMs = episode.clocks.t_close?.atMs ?? null;
    const stopsInWindow = endMs !== null && endMs > fromMs && endMs <= toMs;
    const deadlineInWindow = deadlineMs > fromMs && deadlineMs <= toMs;
    const isOpen = endMs === null || endMs > toMs;
    if (!stopsInWindow && !deadlineInWindow && !isOpen) continue;
    if (isDismissed(episode)) {
      dismissed.all += 1;
      if ((endMs ?? 0) > deadlineMs) dismissed.late += 1;
    }
    if (isDismissed(episode) || episode.cohort === 'baseline') {
      members.add(episode, 'excluded', isDismissed(episode) ? (episode.closeReason ?? null) : 'baseline');
      continue;
    }
    const stop = stopOf(episode);
    const duration = stop && stop.atMs <= toMs ? durationBetween(start, stop) : null;
    if (duration && !duration.ok) {
      members.add(episode, 'excluded', duration.reason);
      continue;
    }
    const { role, reason } = roleOf(episode, input, deadlineMs, stop?.atMs ?? null, endMs);
    members.add(episode, role, reason, duration?.seconds ?? null);
    if (!episode.clocks.t_alert) missingAlert += 1;
    if (duration && stopsInWindow) closed.add(episode, duration.seconds);
    const seenUntilMs = Math.min(endMs ?? toMs, toMs, suspensionStart(episode, start.atMs) ?? toMs);
    times.add(Math.max(0, seenUntilMs - start.atMs) / 1000, duration !== null && seenUntilMs === stop?.atMs);
    if (isOpen && deadlineMs > toMs && !isSuspended(episode, toMs)) {
      openItems.push({ ageSeconds: (toMs - start.atMs) / 1000, deadlineSeconds: (deadlineMs - start.atMs) / 1000 });
    }
  }
  const value = meanDuration(closed.seconds);
  const curve = times.kaplanMeier();
  return {
    value,
    ...tally(members.all),
    members: members.all,
    durations: {
      p50: quantile(closed.seconds, 0.5),
      p90: quantile(closed.seconds, 0.9),
      mean: value,
      max: maximum(closed.seconds),
      rmst: times.length > 0 ? restrictedMean(curve, RMST_TAU_SECONDS) : null,
      expectedMisses: times.length > 0 ? expectedMisses(curve, openItems) : null,
      open: members.all.filter(({ reason }) => reason === 'open' || reason === 'past_deadline_open').length,
    },
    companions: {
      ...closed.companions(),
      dismissed_share: share(dismissed.all, members.all.length),
      dismissed_late: dismissed.late,
      missing_alert: missingAlert,
    },
  };
}

export function longestDeadlineMs({ rows }: DeadlinePolicy): number {
  return 1000 * Math.max(0, ...rows.map(({ seconds }) => seconds ?? 0));
}

/** Most of a long history: closed, and with any deadline that it can have had, before the window. Spares them the rest. */
export function isOver(
  { clocks, suspensions }: Episode,
  start: Clock | undefined,
  startMs: number,
  endMs: number,
): boolean {
  const isClosed = clocks.t_close !== undefined && clocks.t_close.atMs <= endMs;
  return isClosed && suspensions.length === 0 && start !== undefined && start.atMs <= startMs;
}

function stopOf(episode: Episode): Clock | undefined {
  return isFixed(episode) ? (episode.clocks.t_verify ?? episode.clocks.t_close) : undefined;
}

function isInPopulation(episode: Episode): boolean {
  return CLASSES.has(episode.detectorClass) && isAtLeast(episode.strictestSeverity, 'high') && !episode.exercise;
}

/** View (c): at most one event an episode, decided by its deadline. */
function roleOf(
  episode: Episode,
  { fromMs, toMs }: SliInput,
  deadlineMs: number,
  stopMs: number | null,
  endMs: number | null,
): Pick<SliMember, 'role' | 'reason'> {
  const isOpen = endMs === null || endMs > toMs;
  const outcome = outcomeOf(deadlineMs, stopMs, isOpen ? null : endMs);
  if (outcome === null) return { role: 'excluded', reason: episode.closeReason ?? null };
  if (deadlineMs > toMs) {
    if (isSuspended(episode, toMs)) return { role: 'excluded', reason: 'accepted_risk' };
    const fixed = stopMs !== null && stopMs <= toMs;
    return { role: 'pending', reason: fixed ? 'fixed_before_deadline' : 'open' };
  }
  // Decided before this window: part of the closed cohort only.
  if (deadlineMs <= fromMs)
    return { role: 'pending', reason: isOpen ? 'past_deadline_open' : 'deadline_before_window' };
  if (outcome === 'good') return { role: 'good', reason: null };
  if (isOpen) return { role: 'bad', reason: 'past_deadline_open' };
  return { role: 'bad', reason: stopMs === null ? 'ended_late' : 'fixed_late' };
}

/** What the deadline decides of what was fixed at `stopMs`, or ended at `endMs` in another way; null: it was gone before it. */
export function outcomeOf(deadlineMs: number, stopMs: number | null, endMs: number | null): 'good' | 'bad' | null {
  if (stopMs !== null) return stopMs <= deadlineMs ? 'good' : 'bad';
  return endMs !== null && endMs <= deadlineMs ? null : 'bad';
}

/** Σ S(deadline)/S(age) over what is open: the burn that is already on its way. */
function expectedMisses(
  curve: readonly SurvivalStep[],
  items: readonly { ageSeconds: number; deadlineSeconds: number }[],
): number {
  const chances = items.map(({ ageSeconds, deadlineSeconds }) => {
    const alive = survivalAt(curve, ageSeconds);
    return alive > 0 ? survivalAt(curve, deadlineSeconds) / alive : 1;
  });
  return (mean(chances) ?? 0) * chances.length;
}

function suspensionStart(episode: Episode, startMs: number): number | null {
  return episode.suspensions.find((pause) => pause.fromMs >= startMs)?.fromMs ?? null;
}

/** Whether an episode has a deadline to meet or miss: it is in the population and not a backlog. */
export function remediationDeadlineApplies(episode: Episode): boolean {
  return isInPopulation(episode) && episode.cohort !== 'baseline';
}

/** What M2 announces of an episode at `nowMs`: good at its proof, bad at its deadline; null while neither has come, or never will. */
export function remediationOutcome(
  episode: Episode,
  asset: Asset | undefined,
  nowMs: number,
  policy?: DeadlinePolicy,
): 'good' | 'bad' | null {
  const deadlineMs = remediationDeadlineApplies(episode) ? deadlineOf(episode, asset, policy) : null;
  if (deadlineMs === null || isDismissed(episode)) return null;
  const closedMs = episode.clocks.t_close?.atMs ?? null;
  if (closedMs === null) return deadlineMs <= nowMs ? 'bad' : null;
  if (closedMs > deadlineMs) return 'bad';
  return isFixed(episode) ? 'good' : null;
}
