import { afterSuspensions, deadlineOf } from '../../domain/deadline.ts';
import type { Episode } from '../../domain/episode.ts';
import { isDismissed } from '../../domain/episodes-of.ts';
import { addRange, difference, type Range } from '../../domain/ranges.ts';
import { isAtLeast } from '../../domain/severity.ts';
import type { AssetView, SliPolicy } from '../sli.ts';

/** When an episode makes its asset unsafe, and when it would but for an accepted risk. Open ends are infinite. */
export interface Exposure {
  unsafe: readonly Range[];
  accepted: readonly Range[];
}

const NONE: Exposure = { unsafe: [], accepted: [] };

/** Most cannot, and that is told without their clocks. */
export function canBeUnsafe(episode: Episode): boolean {
  if (episode.exercise || episode.detectorClass === 'drift' || isDismissed(episode)) return false;
  return isCompromise(episode) ? episode.verdict === 'tp' : isAtLeast(episode.strictestSeverity, 'high');
}

/** Of runtime and identity detectors. It is one when somebody has said so, from its first detection on. */
function isCompromise({ detectorClass }: Episode): boolean {
  return detectorClass === 'runtime' || detectorClass === 'identity';
}

/** Of an episode that can. */
export function exposureOf(episode: Episode, { asset }: AssetView, policy: SliPolicy): Exposure {
  const detectMs = episode.clocks.t_detect?.atMs;
  if (detectMs === undefined) return NONE;
  const endMs = episode.clocks.t_close?.atMs ?? Number.POSITIVE_INFINITY;
  if (isCompromise(episode)) {
    const stopMs = Math.min(endMs, episode.clocks.t_verify?.atMs ?? Number.POSITIVE_INFINITY);
    return stopMs > detectMs ? { unsafe: [[detectMs, stopMs]], accepted: [] } : NONE;
  }
  const deadlineMs =
    episode.cohort === 'baseline'
      ? afterSuspensions(episode, detectMs, policy.adoptionSeconds * 1000)
      : deadlineOf(episode, asset, policy.deadlines);
  const isLate = deadlineMs !== null && deadlineMs < endMs;
  // Most are closed in time or not yet due: they cost no lists.
  if (!isLate && episode.suspensions.length === 0) return NONE;
  const late: Range[] = isLate ? [[deadlineMs, endMs]] : [];
  const accepted = acceptedRanges(episode, endMs);
  return { unsafe: difference(late, accepted), accepted };
}

function acceptedRanges(episode: Episode, endMs: number): readonly Range[] {
  let ranges: readonly Range[] = [];
  for (const { fromMs, toMs } of episode.suspensions)
    ranges = addRange(ranges, [fromMs, Math.min(toMs ?? endMs, endMs)]);
  return ranges;
}
