import type { Clocks } from './clock.ts';
import type { Episode, EpisodeState } from './episode.ts';
import { isDismissed } from './episodes-of.ts';

/** Clocks that time brings; t_change is known with the detection, although it is found out later. */
const BROUGHT = [
  't_observable',
  't_detect',
  't_alert',
  't_ack',
  't_triage',
  't_remediate',
  't_verify',
  't_close',
] as const;

/** An episode has at most one view for each number of clocks that had come: series ask for the same ones again and again. */
const views = new WeakMap<Episode, (Episode | undefined)[]>();

/**
 * The episode as it stood at `atMs`, by event time and today's knowledge: what came later is not there yet. Null when
 * it had not been detected. Dismissals reach back (restatement): a false positive never was an episode.
 */
export function episodeAt(episode: Episode, atMs: number): Episode | null {
  const { clocks } = episode;
  if (clocks.t_detect === undefined || clocks.t_detect.atMs > atMs) return null;
  let come = 0;
  let isAll = true;
  for (const name of BROUGHT) {
    const clock = clocks[name];
    if (clock === undefined) continue;
    if (clock.atMs <= atMs || (name === 't_close' && isDismissed(episode))) come += 1;
    else isAll = false;
  }
  if (isAll) return episode;
  const known = views.get(episode) ?? [];
  const view = known[come] ?? viewAt(episode, atMs);
  known[come] = view;
  views.set(episode, known);
  return view;
}

/** From this instant on `episodeAt` gives the episode itself (epoch ms). */
export function settledMs({ clocks }: Episode): number {
  let latestMs = clocks.t_detect?.atMs ?? Number.POSITIVE_INFINITY;
  for (const name of BROUGHT) latestMs = Math.max(latestMs, clocks[name]?.atMs ?? latestMs);
  return latestMs;
}

function viewAt(episode: Episode, atMs: number): Episode {
  const clocks: Clocks = {};
  if (episode.clocks.t_change) clocks.t_change = episode.clocks.t_change;
  for (const name of BROUGHT) {
    const clock = episode.clocks[name];
    if (clock && (clock.atMs <= atMs || (name === 't_close' && isDismissed(episode)))) clocks[name] = clock;
  }
  const closed = clocks.t_close !== undefined;
  const state: EpisodeState = closed
    ? 'closed'
    : clocks.t_remediate
      ? 'fixed_unverified'
      : clocks.t_ack
        ? 'acked'
        : 'open';
  const closeReason = closed ? episode.closeReason : undefined;
  // What it does not say is the episode's own.
  return Object.create(episode, {
    clocks: { value: clocks },
    state: { value: state },
    closeReason: { value: closeReason },
  });
}

/**
 * What is shown of an episode at `atMs`: an accepted risk suspends whatever is not closed. The fold knows no present, so
 * that the stored state never says `suspended`.
 */
export function stateAt(episode: Episode, atMs: number): EpisodeState {
  return episode.state !== 'closed' && isSuspended(episode, atMs) ? 'suspended' : episode.state;
}

/** Accepted risk at `atMs`. */
export function isSuspended(episode: Episode, atMs: number): boolean {
  return episode.suspensions.some((s) => s.fromMs <= atMs && (s.toMs === undefined || atMs < s.toMs));
}
