import { durationBetween } from '../../domain/clock.ts';
import { afterSuspensions, deadlineSeconds, remediationStart } from '../../domain/deadline.ts';
import { isDismissed, isFixed } from '../../domain/episodes-of.ts';
import type { SliFacts, SliPolicy, SliTrend, Windows } from '../sli.ts';
import { standingsOf } from '../standings.ts';
import { share, wholeMs } from '../statistics.ts';
import { WindowSums } from '../window-sums.ts';
import { isOver, longestDeadlineMs, outcomeOf, remediationDeadlineApplies } from './compute.ts';

/** While an episode stands as it is, it counts at the same deadline in the same way. Of accepted risks it is known from the beginning on. */
export function trend({ episodes }: SliFacts, { deadlines }: SliPolicy, windows: Windows): SliTrend {
  const sums = new WindowSums(windows, ['good', 'bad', 'closed', 'closedMs']);
  const longestMs = longestDeadlineMs(deadlines);
  for (const { episode, asset } of episodes) {
    if (!remediationDeadlineApplies(episode) || isDismissed(episode)) continue;
    if (isOver(episode, remediationStart(episode), windows.fromMs - longestMs, windows.fromMs)) continue;
    const seconds = deadlineSeconds(deadlines, episode.strictestSeverity, asset);
    if (seconds === null) continue;
    for (const { fromMs, untilMs, clocks } of standingsOf(episode, ['t_alert', 't_verify', 't_close'])) {
      const { t_detect: detect, t_alert: start = detect, t_close: end } = clocks;
      const stop = end && isFixed(episode) ? (clocks.t_verify ?? end) : undefined;
      const duration = start && stop && durationBetween(start, stop);
      if (!start || duration?.ok === false) continue;
      const deadlineMs = afterSuspensions(episode, start.atMs, seconds * 1000);
      const outcome = outcomeOf(deadlineMs, stop?.atMs ?? null, end?.atMs ?? null);
      if (outcome !== null) sums.add(outcome, 1, { atMs: deadlineMs, fromMs, untilMs });
      if (!duration || !end) continue;
      sums.add('closed', 1, { atMs: end.atMs, fromMs, untilMs });
      sums.add('closedMs', wholeMs(duration.seconds), { atMs: end.atMs, fromMs, untilMs });
    }
  }
  return (window) => {
    const { good, bad, closed, closedMs } = sums.of(window);
    return { value: share(closedMs / 1000, closed), good, bad };
  };
}
