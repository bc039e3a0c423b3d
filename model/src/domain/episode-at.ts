import type { Episode, EpisodeState } from './episode.ts';

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
