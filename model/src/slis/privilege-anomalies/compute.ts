import type { Finding } from '../../domain/episode.ts';
import { isDismissed } from '../../domain/episodes-of.ts';
import { DAY_MS, type PrincipalRecord } from '../../domain/principal-record.ts';
import { counted } from '../members.ts';
import { detectionsIn } from '../runtime-detection/compute.ts';
import type { EpisodeView, SliComputation, SliInput, SliMember } from '../sli.ts';
import { share, theilSen } from '../statistics.ts';
import { TREND_WEEKS } from './definition.ts';

/** What one principal did of one kind in one place on one day. */
interface Group {
  id: string;
  principal: string;
  day: number;
  view: EpisodeView;
  /** Why it is none; null: it counts. */
  excluded: string | null;
}

/** M6, over complete weeks (Monday to Sunday, UTC); the running week is pending. */
export function compute(input: SliInput): SliComputation {
  const groups = groupsOf(input);
  const weeks = completeWeeks(input.fromMs, input.toMs);
  const rates = weeks.map((week) => weekOf(week, groups, input.principals));
  const total = { groups: sum(rates, 'groups'), principals: sum(rates, 'principals') };
  const automation = new Set(input.principals.filter(({ kind }) => kind === 'automation').map(({ id }) => id));
  const last = weekAt(input.toMs);
  const eight = Array.from({ length: TREND_WEEKS }, (_, index) =>
    weekOf(last - TREND_WEEKS + index, groups, input.principals),
  );
  const isKnown = eight.every(({ principals }) => principals > 0);
  const trend = isKnown ? theilSen(eight.map((week) => (1000 * week.groups) / week.principals)) : null;
  const counting = groups.filter((group) => group.excluded === null && weeks.includes(weekOfDay(group.day)));
  return {
    value: total.principals > 0 ? (1000 * total.groups) / total.principals : null,
    good: 0,
    bad: 0,
    members: groups.flatMap((group) => memberOf(group, input, weeks)),
    companions: {
      groups: weeks.length > 0 ? total.groups : null,
      groups_per_week: share(total.groups, weeks.length),
      principals_per_week: share(total.principals, weeks.length),
      automation_groups: weeks.length > 0 ? counting.filter(({ principal }) => automation.has(principal)).length : null,
      trend_slope: trend?.slope ?? null,
      trend_low: trend?.low ?? null,
      trend_high: trend?.high ?? null,
    },
  };
}

export function concerns({ episode }: EpisodeView): boolean {
  return episode.detectorClass === 'identity';
}

function groupsOf({ episodes, policy, toMs }: SliInput): Group[] {
  const groups = new Map<string, Group>();
  for (const view of detectionsIn(episodes)) {
    const { episode, finding } = view;
    const detectMs = episode.clocks.t_detect?.atMs ?? 0;
    if (episode.detectorClass !== 'identity' || detectMs > toMs) continue;
    const day = Math.floor(detectMs / DAY_MS);
    const principal = principalOf(finding);
    const place = finding.asset.account ?? finding.asset.cluster ?? finding.asset.provider;
    const id = [finding.tenant, principal, finding.rule, place, day].join(' ');
    const excluded = isDismissed(episode)
      ? (episode.closeReason ?? null)
      : (finding.confidence ?? 1) < policy.anomalyConfidence
        ? 'low_confidence'
        : episode.detectorSuppressed
          ? 'suppressed'
          : null;
    const known = groups.get(id);
    // One episode that counts is enough for its group to count.
    if (!known || (known.excluded !== null && excluded === null))
      groups.set(id, { id, principal, day, view, excluded });
  }
  return [...groups.values()];
}

/** The identity that acted: what the detector names as such, else the thing that the finding is about. */
function principalOf(finding: Finding): string {
  const named = finding.evidence?.principal;
  return typeof named === 'string' ? named : finding.asset.id;
}

/** 1970-01-01 was a Thursday: weeks begin three days later than sevens of days. */
function weekOfDay(day: number): number {
  return Math.floor((day + 3) / 7);
}

function weekAt(ms: number): number {
  return weekOfDay(Math.floor(ms / DAY_MS));
}

/** Those whose end lies in (fromMs, toMs]. */
function completeWeeks(fromMs: number, toMs: number): number[] {
  const weeks: number[] = [];
  for (let week = weekAt(fromMs); week < weekAt(toMs); week += 1) weeks.push(week);
  return weeks;
}

function weekOf(
  week: number,
  groups: readonly Group[],
  principals: readonly PrincipalRecord[],
): { groups: number; principals: number } {
  return {
    groups: groups.filter((group) => group.excluded === null && weekOfDay(group.day) === week).length,
    principals: principals.filter(({ days }) => days.some((day) => weekOfDay(day) === week)).length,
  };
}

function sum<K extends string>(rows: readonly Record<K, number>[], key: K): number {
  return rows.reduce((total, row) => total + row[key], 0);
}

function memberOf(group: Group, { fromMs, toMs }: SliInput, weeks: readonly number[]): SliMember[] {
  const { view, principal, excluded } = group;
  const week = weekOfDay(group.day);
  const isRunning = week === weekAt(toMs);
  if (!weeks.includes(week) && !(isRunning && group.day * DAY_MS + DAY_MS > fromMs)) return [];
  const { finding, episode, asset } = view;
  const subject = {
    title: `${finding.title}: ${principal}`,
    assetId: finding.asset.id,
    team: asset?.team ?? 'unowned',
    severity: episode.severity,
  };
  const role = excluded !== null ? 'excluded' : isRunning ? 'pending' : 'bad';
  return [counted(group.id, role, excluded ?? (isRunning ? 'week_not_complete' : null), subject)];
}
