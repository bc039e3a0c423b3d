import { durationBetween } from '../../domain/clock.ts';
import type { Episode } from '../../domain/episode.ts';
import { isDismissed } from '../../domain/episodes-of.ts';
import { isAtLeast } from '../../domain/severity.ts';
import { EpisodeMembers, tally } from '../members.ts';
import type { SliComputation, SliFacts, SliInput, SliPolicy, SliTrend, Windows } from '../sli.ts';
import { maximum, mean, meanDuration, quantile, share, wholeMs } from '../statistics.ts';
import { WindowSums } from '../window-sums.ts';
import { DEADLINE_SECONDS } from './definition.ts';

const CLASSES = new Set(['posture', 'iac', 'identity_config']);

/** M1 decides at the detection: an episode is good when it was detected within an hour of its change. */
export function compute(input: SliInput): SliComputation {
  const members = new EpisodeMembers(input);
  const durations: number[] = [];
  const sourceLags: number[] = [];
  const pipelineLags: number[] = [];
  const others: number[] = [];
  let exact = 0;
  let clamped = 0;
  for (const { episode } of input.episodes) {
    if (!isInPopulation(episode)) continue;
    const detect = episode.clocks.t_detect;
    if (!detect || detect.atMs <= input.fromMs || detect.atMs > input.toMs) continue;
    const exclusion = exclusionOf(episode);
    const change = episode.clocks.t_change;
    if (exclusion === 'advisory_published' || exclusion === 'rule_enabled') {
      const other = change && durationBetween(change, detect);
      if (other?.ok) others.push(other.seconds);
    }
    if (exclusion !== null || !change) {
      members.add(episode, 'excluded', exclusion);
      continue;
    }
    const duration = durationBetween(change, detect);
    if (!duration.ok) {
      members.add(episode, 'excluded', duration.reason);
      continue;
    }
    const role = duration.seconds <= DEADLINE_SECONDS ? 'good' : 'bad';
    members.add(episode, role, duration.clamped ? 'skew_clamped' : null, duration.seconds);
    if (duration.clamped) clamped += 1;
    durations.push(duration.seconds);
    if (change.precision === 'exact') exact += 1;
    const observable = episode.clocks.t_observable;
    if (observable) {
      sourceLags.push(Math.max(0, observable.atMs - change.atMs) / 1000);
      pipelineLags.push(Math.max(0, detect.atMs - observable.atMs) / 1000);
    }
  }
  const value = meanDuration(durations);
  return {
    value,
    ...tally(members.all),
    members: members.all,
    durations: {
      p50: quantile(durations, 0.5),
      p90: quantile(durations, 0.9),
      mean: value,
      max: maximum(durations),
      rmst: null, // what was never detected is unknown: there is nothing to censor
      expectedMisses: null,
      open: null,
    },
    companions: {
      exact_start_share: share(exact, durations.length),
      source_lag: mean(sourceLags),
      pipeline_lag: mean(pipelineLags),
      skew_clamped: clamped,
      other_triggers_mean: mean(others),
      other_triggers: others.length,
    },
  };
}

/** Whatever is learnt of an episode after its detection reaches back to it. */
export function trend({ episodes }: SliFacts, _policy: SliPolicy, windows: Windows): SliTrend {
  const sums = new WindowSums(windows, ['good', 'bad', 'durations', 'durationMs']);
  for (const { episode } of episodes) {
    if (!isInPopulation(episode)) continue;
    const { t_detect: detect, t_change: change } = episode.clocks;
    if (!detect || !change || exclusionOf(episode) !== null) continue;
    const duration = durationBetween(change, detect);
    if (!duration.ok) continue;
    sums.add(duration.seconds <= DEADLINE_SECONDS ? 'good' : 'bad', 1, detect);
    sums.add('durations', 1, detect);
    sums.add('durationMs', wholeMs(duration.seconds), detect);
  }
  return (window) => {
    const { good, bad, durations, durationMs } = sums.of(window);
    return { value: share(durationMs / 1000, durations), good, bad };
  };
}

function isInPopulation(episode: Episode): boolean {
  return CLASSES.has(episode.detectorClass) && isAtLeast(episode.severity, 'high') && !episode.exercise;
}

/** Null: it counts. */
function exclusionOf(episode: Episode): string | null {
  if (isDismissed(episode)) return episode.closeReason ?? null;
  if (episode.trigger === 'unknown' || (episode.trigger === 'asset_change' && !episode.clocks.t_change))
    return 'no_start_clock';
  return episode.trigger === 'asset_change' ? null : episode.trigger;
}

/** What M1 announces of an episode, as soon as it is detected: null while nothing can be said. */
export function detectionOutcome(episode: Episode): 'good' | 'bad' | null {
  const { t_change: change, t_detect: detect } = episode.clocks;
  if (!isInPopulation(episode) || exclusionOf(episode) !== null || !change || !detect) return null;
  // A change stamped after the detection may turn out to be its fix: wait until it has failed again.
  if (change.atMs > detect.atMs && episode.lastFailMs <= change.atMs) return null;
  const duration = durationBetween(change, detect);
  if (!duration.ok) return null;
  return duration.seconds <= DEADLINE_SECONDS ? 'good' : 'bad';
}
