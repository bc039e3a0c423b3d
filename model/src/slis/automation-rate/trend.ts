import { isDismissed, isFixed } from '../../domain/episodes-of.ts';
import type { SliFacts, SliPolicy, SliTrend, Windows } from '../sli.ts';
import { standingsOf } from '../standings.ts';
import { share } from '../statistics.ts';
import { WindowSums } from '../window-sums.ts';
import { failedAttempts } from './compute.ts';
import { effectOf } from './effect.ts';

/** A fix counts at its close, by who is known to have made it; what failed or was reverted counts when it did. */
export function trend({ episodes }: SliFacts, _policy: SliPolicy, windows: Windows): SliTrend {
  const sums = new WindowSums(windows, ['good', 'bad']);
  for (const { episode } of episodes) {
    if (episode.detectorClass === 'drift' || isDismissed(episode)) continue;
    const close = isFixed(episode) ? episode.clocks.t_close : undefined;
    if (close && close.atMs > windows.fromMs)
      for (const { clocks, ...standing } of standingsOf(episode, ['t_remediate', 't_verify', 't_close'])) {
        if (!clocks.t_close) continue;
        const isGood = episode.durable && effectOf(episode, clocks) === 'automated';
        sums.add(isGood ? 'good' : 'bad', 1, { atMs: close.atMs, ...standing });
      }
    const detectMs = episode.clocks.t_detect?.atMs ?? 0;
    for (const { action, atMs } of failedAttempts(episode, windows)) {
      const fromMs = Math.max(atMs, detectMs);
      sums.add('bad', 1, { atMs, fromMs });
      // The revert of a fix that did not last: windows with both count it once.
      if (close && !episode.durable && action === 'reverted')
        sums.add('bad', -1, { atMs: Math.min(atMs, close.atMs), fromMs: Math.max(fromMs, close.atMs) });
    }
  }
  return (window) => {
    const { good, bad } = sums.of(window);
    return { value: share(good, good + bad), good, bad };
  };
}
