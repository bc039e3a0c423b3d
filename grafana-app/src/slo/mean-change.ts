import { CLOCK_NAMES, type ClockName, type ExplainItem } from '@cnapp-slo/model';
import { meansOf, stoppedEpisodes, type TimeSpan } from './episode-stats.ts';

/** Why a mean duration is another one than in the period before. The parts of each list add up to the difference of the means. */
export interface MeanChange {
  beforeSeconds: number;
  nowSeconds: number;
  /** Which stretch of an episode's life got longer or shorter; the largest difference first. */
  stretches: { name: ClockName; beforeSeconds: number; nowSeconds: number; deltaSeconds: number }[];
  /** How far each team's episodes pull the mean away from the one before; the largest pull up first. */
  teams: { team: string; episodes: number; meanSeconds: number | null; deltaSeconds: number }[];
}

/** Null where nothing stopped in one of the periods. */
export function meanChange(
  sliId: string,
  before: { items: readonly ExplainItem[]; span: TimeSpan },
  now: { items: readonly ExplainItem[]; span: TimeSpan },
): MeanChange | null {
  const earlier = stoppedEpisodes(sliId, before.items, before.span);
  const later = stoppedEpisodes(sliId, now.items, now.span);
  if (earlier.length === 0 || later.length === 0) return null;
  const [was, is] = [meansOf(sliId, '', earlier), meansOf(sliId, '', later)];
  const stretches = CLOCK_NAMES.flatMap((name) => {
    const [beforeSeconds, nowSeconds] = [was.segments[name] ?? 0, is.segments[name] ?? 0];
    if (beforeSeconds === 0 && nowSeconds === 0) return [];
    return [{ name, beforeSeconds, nowSeconds, deltaSeconds: nowSeconds - beforeSeconds }];
  }).toSorted((a, b) => Math.abs(b.deltaSeconds) - Math.abs(a.deltaSeconds));

  const [teamsBefore, teamsNow] = [earlier, later].map((items) => Map.groupBy(items, ({ team }) => team));
  const teams = [...new Set([...earlier, ...later].map(({ team }) => team))]
    .map((team) => {
      const own = teamsNow?.get(team) ?? [];
      const mean = own.length === 0 ? null : meansOf(sliId, team, own).meanSeconds;
      const ownBefore = teamsBefore?.get(team) ?? [];
      const meanBefore = ownBefore.length === 0 ? null : meansOf(sliId, team, ownBefore).meanSeconds;
      const pull = (seconds: number | null, share: number) =>
        seconds === null ? 0 : share * (seconds - was.meanSeconds);
      const deltaSeconds = pull(mean, own.length / later.length) - pull(meanBefore, ownBefore.length / earlier.length);
      return { team, episodes: own.length, meanSeconds: mean, deltaSeconds };
    })
    .toSorted((a, b) => b.deltaSeconds - a.deltaSeconds);
  return { beforeSeconds: was.meanSeconds, nowSeconds: is.meanSeconds, stretches, teams };
}
