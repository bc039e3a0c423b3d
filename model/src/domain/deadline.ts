import type { Clock } from './clock.ts';
import type { Episode } from './episode.ts';
import type { Severity } from './observation.ts';

/** Seconds to fix, by severity; null: no deadline. */
export type DeadlinePolicy = Readonly<Record<Severity, number | null>>;

/** SLI-DEFINITIONS 2: critical 24 h, high 7 d. */
export const DEFAULT_DEADLINES: DeadlinePolicy = {
  critical: 24 * 3600,
  high: 7 * 24 * 3600,
  medium: null,
  low: null,
  informational: null,
  unknown: null,
};

/** M2's start: t_alert; t_detect where no alert is known. */
export function remediationStart(episode: Episode): Clock | undefined {
  return episode.clocks.t_alert ?? episode.clocks.t_detect;
}

/**
 * When the time to fix runs out (epoch ms), or null where none applies. Accepted risk stops the clock from its approval
 * to its expiry, and then goes on (`resume`) or starts over (`restart`); one approved after the deadline changes nothing.
 */
export function deadlineOf(episode: Episode, policy: DeadlinePolicy = DEFAULT_DEADLINES): number | null {
  const start = remediationStart(episode);
  const seconds = policy[episode.strictestSeverity];
  if (!start || seconds === null) return null;
  let deadlineMs = start.atMs + seconds * 1000;
  for (const pause of episode.suspensions.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const fromMs = Math.max(pause.fromMs, start.atMs);
    if (fromMs >= deadlineMs || pause.toMs === undefined || pause.toMs <= fromMs) continue;
    deadlineMs = pause.policy === 'restart' ? pause.toMs + seconds * 1000 : deadlineMs + (pause.toMs - fromMs);
  }
  return deadlineMs;
}
