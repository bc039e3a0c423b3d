import type { ClockName, Clocks } from '../domain/clock.ts';
import type { Episode } from '../domain/episode.ts';

/** What was known of an episode's clocks in [fromMs, untilMs), epoch ms. */
export interface Standing {
  fromMs: number;
  untilMs: number;
  clocks: Clocks;
}

/** From its detection on: another at each of the clocks that are named. Clocks that are not named are in none. */
export function standingsOf({ clocks }: Episode, names: readonly ClockName[]): Standing[] {
  const { t_detect } = clocks;
  if (!t_detect) return [];
  let last: Standing = { fromMs: t_detect.atMs, untilMs: Number.POSITIVE_INFINITY, clocks: { t_detect } };
  const standings = [last];
  for (const name of names.toSorted((a, b) => (clocks[a]?.atMs ?? 0) - (clocks[b]?.atMs ?? 0))) {
    const clock = clocks[name];
    if (!clock) continue;
    if (clock.atMs > last.fromMs) {
      last.untilMs = clock.atMs;
      last = { fromMs: clock.atMs, untilMs: Number.POSITIVE_INFINITY, clocks: { ...last.clocks } };
      standings.push(last);
    }
    last.clocks[name] = clock;
  }
  return standings;
}
