import type { Episode } from '../../domain/episode.ts';
import { commonMs, lengthMs, unionOf } from '../../domain/ranges.ts';
import type {
  AssetView,
  SliComputation,
  SliFacts,
  SliHeadline,
  SliInput,
  SliMember,
  SliPolicy,
  SliTrend,
  Span,
} from '../sli.ts';
import { share } from '../statistics.ts';
import { countBudget } from './count-budget.ts';
import { courseOf, watchedMs } from './course.ts';
import { BUDGET_MS, BUDGET_SHARE, CAP_SHARE, definition } from './definition.ts';

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
  const weighted: number[] = [];
  let costs: Cost[] = [];
  const most = input.worst ?? (input.isBrief ? 0 : Number.POSITIVE_INFINITY);
  const members: SliMember[] = [];
  const total = { inScope: 0, watched: 0, unsafe: 0, accepted: 0 };
  let assets = 0;
  for (const view of input.assets) {
    const course = courseOf(view, input);
    if (course === null) continue;
    assets += 1;
    const { weight, inScope } = course;
    const knownMs = watchedMs(course, input);
    let unsafeMs = 0;
    for (const { episode, ranges } of course.unsafe) {
      const ms = lengthMs(ranges);
      unsafeMs += ms;
      weighted.push(weight * ms);
      if (most === 0) continue;
      costs.push({ episode, ms, weightedMs: weight * ms });
      if (costs.length >= 2 * most) costs = longest(costs, most);
    }
    for (const { episode, ranges } of course.accepted) members.push(acceptedMember(episode, lengthMs(ranges)));
    total.inScope += weight * lengthMs([inScope]);
    total.watched += weight * knownMs;
    total.unsafe += weight * unsafeMs;
    total.accepted += weight * lengthMs(unionOf(course.accepted.map(({ ranges }) => ranges)));
    if (knownMs > unsafeMs && !input.isBrief) members.push(safeMember(view, weight, knownMs - unsafeMs));
  }
  const capMs = capOf(total.watched, input);
  const badMs = weighted.reduce((sum, ms) => sum + Math.min(ms, capMs), 0);
  for (const cost of longest(costs, most)) members.push(unsafeMember(cost, Math.min(cost.weightedMs, capMs)));
  const watchedShare = share(total.watched, total.inScope);
  const isWatched = watchedShare === null || watchedShare >= definition.minimumCoverage;
  return {
    ...headlineOf(total, badMs),
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

/** What happened to each asset is found out once, and cut to every window. */
export function trend({ assets }: SliFacts, policy: SliPolicy, span: Span): SliTrend {
  const courses = assets.flatMap((view) => courseOf(view, { ...span, policy }) ?? []);
  return (window) => {
    const { fromMs, toMs } = window;
    const total = { watched: 0, unsafe: 0 };
    const costs: number[] = [];
    for (const course of courses) {
      const { weight, unsafe } = course;
      total.watched += weight * watchedMs(course, window);
      for (const { ranges } of unsafe) {
        const weightedMs = weight * commonMs(ranges, fromMs, toMs);
        total.unsafe += weightedMs;
        costs.push(weightedMs);
      }
    }
    const capMs = capOf(total.watched, window);
    return headlineOf(
      total,
      costs.reduce((sum, weightedMs) => sum + Math.min(weightedMs, capMs), 0),
    );
  };
}

/** Of equally long ones any. */
function longest(costs: Cost[], most: number): Cost[] {
  return costs.length <= most ? costs : costs.sort((a, b) => b.ms - a.ms).slice(0, most);
}

function headlineOf({ watched, unsafe }: { watched: number; unsafe: number }, badMs: number): SliHeadline {
  return { value: watched > 0 ? 1 - unsafe / watched : null, good: (watched - unsafe) / 1000, bad: badMs / 1000 };
}

/** In whole weighted ms. The budget is that of 28 days: a shorter window, and what is counted as time passes, show everything. */
function capOf(watchedMs: number, { fromMs, toMs }: Span): number {
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
