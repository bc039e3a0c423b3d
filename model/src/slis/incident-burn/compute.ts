import type { Episode } from '../../domain/episode.ts';
import { commonMs, difference, intersection, lengthMs, type Range, unionOf } from '../../domain/ranges.ts';
import type { AssetView, SliComputation, SliInput, SliMember } from '../sli.ts';
import { share } from '../statistics.ts';
import { countBudget } from './count-budget.ts';
import { BUDGET_MS, BUDGET_SHARE, CAP_SHARE, definition, WEIGHTS } from './definition.ts';
import { canBeUnsafe, exposureOf } from './unsafe.ts';

/** What an episode cost: weighted ms, and the ms on the clock. */
interface Cost {
  episode: Episode;
  weightedMs: number;
  ms: number;
}

/**
 * M10b. The value is 1 − Σ(w × unsafe) / Σ(w × in scope). The cap is on the budget, which is what freezes: good and bad, on which it
 * stands, have each episode at a fifth of the 28 d budget at most; `capped_share` shows what that leaves out. Weights are
 * integers and times ms, so that sums are exact in any order.
 */
export function compute(input: SliInput): SliComputation {
  const costs: Cost[] = [];
  const members: SliMember[] = [];
  const total = { inScope: 0, watched: 0, unsafe: 0, accepted: 0 };
  let assets = 0;
  for (const view of input.assets) {
    const { asset } = view;
    const fromMs = Math.max(asset.firstSeenMs, input.fromMs);
    const toMs = Math.min(asset.deletedMs ?? Number.POSITIVE_INFINITY, input.toMs);
    if (toMs <= fromMs) continue;
    assets += 1;
    const weight = WEIGHTS[asset.criticality];
    const watchedMs = commonMs(view.watched, fromMs, toMs);
    const { unsafeMs, acceptedMs } = exposuresOf(view, [fromMs, toMs], input, costs, members);
    total.inScope += weight * (toMs - fromMs);
    total.watched += weight * watchedMs;
    total.unsafe += weight * unsafeMs;
    total.accepted += weight * acceptedMs;
    if (watchedMs > unsafeMs && !input.isBrief) members.push(safeMember(view, weight, watchedMs - unsafeMs));
  }
  const capMs = capOf(total.watched, input);
  let badMs = 0;
  for (const cost of costs) {
    const cappedMs = Math.min(cost.weightedMs, capMs);
    badMs += cappedMs;
    members.push(unsafeMember(cost, cappedMs));
  }
  const watchedShare = share(total.watched, total.inScope);
  const isWatched = watchedShare === null || watchedShare >= definition.minimumCoverage;
  return {
    value: total.watched > 0 ? 1 - total.unsafe / total.watched : null,
    good: (total.watched - total.unsafe) / 1000,
    bad: badMs / 1000,
    members,
    ...(!isWatched && { insufficient: `${Math.floor(watchedShare * 100)} % of the asset time was watched` }),
    companions: {
      watched_share: watchedShare,
      accepted_share: share(total.accepted, total.watched),
      capped_share: share(total.unsafe - badMs, total.watched),
      assets,
      ...countBudget(input),
    },
  };
}

/** Most assets are: they cost no lists. */
const SAFE = { unsafeMs: 0, acceptedMs: 0 };

/** Each instant is charged to the episode that made the asset unsafe first; adds to `costs`, and to `members` what is accepted. */
function exposuresOf(
  view: AssetView,
  inScope: Range,
  { policy, fromMs, toMs }: SliInput,
  costs: Cost[],
  members: SliMember[],
): { unsafeMs: number; acceptedMs: number } {
  const { episodes } = view;
  if (episodes.length === 0) return SAFE;
  const late: { episode: Episode; unsafe: readonly Range[] }[] = [];
  const accepted: Range[][] = [];
  let watched: readonly Range[] | null = null;
  for (const episode of episodes) {
    if (!canBeUnsafe(episode)) continue;
    const { t_detect: detect, t_close: close } = episode.clocks;
    if (!detect || detect.atMs > toMs || (close && close.atMs <= fromMs)) continue;
    const exposure = exposureOf(episode, view, policy);
    if (exposure.unsafe.length > 0 && (exposure.unsafe[0] as Range)[0] < toMs)
      late.push({ episode, unsafe: exposure.unsafe });
    if (exposure.accepted.length === 0) continue;
    watched ??= intersection([inScope], view.watched);
    const ranges = intersection(exposure.accepted, watched);
    if (ranges.length === 0) continue;
    accepted.push(ranges);
    members.push(acceptedMember(episode, lengthMs(ranges)));
  }
  if (late.length === 0 && accepted.length === 0) return SAFE;
  watched ??= intersection([inScope], view.watched);
  late.sort((a, b) => (a.unsafe[0]?.[0] ?? 0) - (b.unsafe[0]?.[0] ?? 0) || (a.episode.id < b.episode.id ? -1 : 1));
  let charged: readonly Range[] = [];
  for (const { episode, unsafe } of late) {
    const own = difference(intersection(unsafe, watched), charged);
    if (own.length === 0) continue;
    charged = unionOf([charged, own]);
    const ms = lengthMs(own);
    costs.push({ episode, ms, weightedMs: ms * WEIGHTS[view.asset.criticality] });
  }
  return { unsafeMs: lengthMs(charged), acceptedMs: lengthMs(unionOf(accepted)) };
}

/** In whole weighted ms. The budget is that of 28 days: a shorter window, and what is counted as time passes, show everything. */
function capOf(watchedMs: number, { fromMs, toMs }: SliInput): number {
  const isBudget = toMs - fromMs >= BUDGET_MS;
  return isBudget ? Math.floor(CAP_SHARE * BUDGET_SHARE * watchedMs) : Number.POSITIVE_INFINITY;
}

function safeMember({ asset }: AssetView, weight: number, ms: number): SliMember {
  const { id } = asset.ref;
  const subject = { title: asset.ref.name ?? id, assetId: id, team: asset.team };
  const seconds = ms / 1000;
  return {
    episodeId: id,
    findingId: id,
    role: 'good',
    reason: null,
    durationSeconds: seconds,
    weight: weight * seconds,
    subject,
  };
}

function unsafeMember({ episode, ms, weightedMs }: Cost, cappedMs: number): SliMember {
  const isCompromise = episode.detectorClass === 'runtime' || episode.detectorClass === 'identity';
  const reason = isCompromise ? 'active_compromise' : 'past_deadline';
  return {
    episodeId: episode.id,
    findingId: episode.findingId,
    role: 'bad',
    reason: cappedMs < weightedMs ? 'capped' : reason,
    durationSeconds: ms / 1000,
    weight: cappedMs / 1000,
  };
}

function acceptedMember(episode: Episode, ms: number): SliMember {
  return {
    episodeId: episode.id,
    findingId: episode.findingId,
    role: 'excluded',
    reason: 'accepted_risk',
    durationSeconds: ms / 1000,
    weight: 0,
  };
}
