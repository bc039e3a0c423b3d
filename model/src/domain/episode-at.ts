import type { Clocks } from './clock.ts';
import type { Episode, EpisodeState } from './episode.ts';
import { isDismissed } from './episodes-of.ts';

/**
 * The episode as it stood at `atMs`, by event time and today's knowledge: what came later is not there yet. Null when
 * it had not been detected. Dismissals reach back (restatement): a false positive never was an episode.
 */
export function episodeAt(episode: Episode, atMs: number): Episode | null {
  const detectMs = episode.clocks.t_detect?.atMs;
  if (detectMs === undefined || detectMs > atMs) return null;
  const clocks: Clocks = {};
  let later = false;
  for (const [name, clock] of Object.entries(episode.clocks) as [keyof Clocks, NonNullable<Clocks[keyof Clocks]>][]) {
    if (clock.atMs <= atMs || name === 't_change' || (isDismissed(episode) && name === 't_close')) clocks[name] = clock;
    else later = true;
  }
  if (!later) return episode;
  const { closeReason, ...rest } = episode;
  const closed = clocks.t_close !== undefined;
  const state: EpisodeState = closed
    ? 'closed'
    : clocks.t_remediate
      ? 'fixed_unverified'
      : clocks.t_ack
        ? 'acked'
        : 'open';
  const view: Episode = { ...rest, clocks, state };
  if (closed && closeReason !== undefined) view.closeReason = closeReason;
  return view;
}

/** Accepted risk at `atMs`. */
export function isSuspended(episode: Episode, atMs: number): boolean {
  return episode.suspensions.some((s) => s.fromMs <= atMs && (s.toMs === undefined || atMs < s.toMs));
}
