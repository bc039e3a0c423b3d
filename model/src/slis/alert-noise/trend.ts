import type { Episode } from '../../domain/episode.ts';
import type { VerdictLabel } from '../../domain/fact.ts';
import type { SliFacts, SliPolicy, SliTrend, Windows } from '../sli.ts';
import { standingsOf } from '../standings.ts';
import { share } from '../statistics.ts';
import { WindowSums } from '../window-sums.ts';
import { resolvedItself } from './compute.ts';
import { MINIMUM_LABELS } from './definition.ts';

/** What an episode changes in the alert that it belongs to, from an instant on (epoch ms). */
interface Turn {
  fromMs: number;
  alertMs: number;
  verdict: VerdictLabel;
  /** More, or fewer, that did not resolve themselves. */
  unresolved: number;
}

/** An alert stands as it is from one turn of its episodes to the next. */
export function trend({ episodes }: SliFacts, _policy: SliPolicy, windows: Windows): SliTrend {
  const sums = new WindowSums(windows, ['good', 'bad', 'alerts']);
  const groups = new Map<string, Turn[]>();
  for (const { episode } of episodes) {
    const { t_alert: alert } = episode.clocks;
    const { alertGroup } = episode;
    if (!alert || (alertGroup === undefined && alert.atMs <= windows.fromMs)) continue;
    const turns = turnsOf(episode, alert.atMs);
    if (alertGroup === undefined) note(turns, sums);
    else {
      const key = `${episode.tenant} ${alertGroup}`;
      const known = groups.get(key);
      if (known) known.push(...turns);
      else groups.set(key, turns);
    }
  }
  for (const turns of groups.values())
    note(
      turns.sort((a, b) => a.fromMs - b.fromMs),
      sums,
    );
  return (window) => {
    const { good, bad, alerts } = sums.of(window);
    const isLabelled = alerts > 0 && (good + bad) / alerts >= MINIMUM_LABELS;
    return { value: isLabelled ? share(bad, good) : null, good, bad };
  };
}

function turnsOf(episode: Episode, alertMs: number): Turn[] {
  const { verdict = 'unknown' } = episode;
  const turns: Turn[] = [];
  let was = 0;
  for (const { fromMs, clocks } of standingsOf(episode, ['t_alert', 't_ack', 't_remediate', 't_close'])) {
    if (!clocks.t_alert) continue;
    const is = resolvedItself(episode, clocks) ? 0 : 1;
    turns.push({ fromMs, alertMs, verdict, unresolved: is - was });
    was = is;
  }
  return turns;
}

function note(turns: readonly Turn[], sums: WindowSums<'good' | 'bad' | 'alerts'>): void {
  const now = { alertMs: Number.POSITIVE_INFINITY, isTrue: false, isFalse: false, unresolved: 0 };
  for (const [index, turn] of turns.entries()) {
    now.alertMs = Math.min(now.alertMs, turn.alertMs);
    now.isTrue ||= turn.verdict === 'tp';
    now.isFalse ||= turn.verdict !== 'unknown';
    now.unresolved += turn.unresolved;
    const standing = { atMs: now.alertMs, fromMs: turn.fromMs, untilMs: turns[index + 1]?.fromMs ?? Infinity };
    sums.add('alerts', 1, standing);
    if (now.isTrue) sums.add('good', 1, standing);
    else if (now.isFalse || now.unresolved === 0) sums.add('bad', 1, standing);
  }
}
