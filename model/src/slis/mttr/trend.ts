import { durationBetween } from '../../domain/clock.ts';
import { afterSuspensions, deadlineSeconds, remediationStart } from '../../domain/deadline.ts';
import { isDismissed, isFixed } from '../../domain/episodes-of.ts';
import type { SliFacts, SliPolicy, SliTrend, Windows } from '../sli.ts';
import { share, wholeMs } from '../statistics.ts';
import { WindowSums } from '../window-sums.ts';
import { isOver, longestDeadlineMs, outcomeOf, remediationDeadlineApplies } from './compute.ts';

/**
 * Between its detection, alert, proof and end an episode stands as it is: in windows that end there it counts at the same deadline in
 * the same way. Of accepted risks and dismissals it is known from the beginning on.
 */
export function trend({ episodes }: SliFacts, { deadlines }: SliPolicy, windows: Windows): SliTrend {
  const sums = new WindowSums(windows, ['good', 'bad', 'closed', 'closedMs']);
  const longestMs = longestDeadlineMs(deadlines);
  for (const { episode, asset } of episodes) {
    if (!remediationDeadlineApplies(episode) || isDismissed(episode)) continue;
    if (isOver(episode, remediationStart(episode), windows.fromMs - longestMs, windows.fromMs)) continue;
    const seconds = deadlineSeconds(deadlines, episode.strictestSeverity, asset);
    const { t_detect: detect, t_alert: alert, t_verify: verify, t_close: close } = episode.clocks;
    if (seconds === null || !detect) continue;
    const turns = [alert, verify, close].flatMap((clock) => (clock ? clock.atMs : []));
    for (let fromMs = detect.atMs, untilMs = 0; fromMs < Number.POSITIVE_INFINITY; fromMs = untilMs) {
      untilMs = Math.min(...turns.filter((atMs) => atMs > fromMs));
      const start = alert && alert.atMs <= fromMs ? alert : detect;
      const end = close && close.atMs <= fromMs ? close : null;
      const proof = verify && verify.atMs <= fromMs ? verify : end;
      const stop = end && isFixed(episode) ? proof : null;
      const duration = stop && durationBetween(start, stop);
      if (duration && !duration.ok) continue;
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
