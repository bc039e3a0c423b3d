import {
  CLOCK_NAMES,
  type ClockName,
  type ExplainItem,
  kaplanMeier,
  type SurvivalStep,
  type SurvivalTime,
} from '@cnapp-slo/model';
import { measuredClocks, segmentsOf, stepsOf, stoppedMs } from './clocks.ts';

/** Mean seconds of each stretch over a group's episodes; they add up to the group's mean. */
export interface SegmentMeans {
  group: string;
  episodes: number;
  meanSeconds: number;
  segments: Partial<Record<ClockName, number>>;
}

/** Groups by team that are shown besides the whole, the slowest ones. */
const mostGroups = 7;

/** Where the time went in what an SLI measures: over all that stopped in the span (`whole` names them), then by team, the slowest first. */
export function meanSegments(
  sliId: string,
  items: readonly ExplainItem[],
  whole: string,
  span: TimeSpan,
): SegmentMeans[] {
  const stopped = stoppedEpisodes(sliId, items, span);
  if (stopped.length === 0) return [];
  const teams = Map.groupBy(stopped, ({ team }) => team);
  const byTeam = [...teams]
    .map(([team, own]) => meansOf(sliId, team, own))
    .toSorted((a, b) => b.meanSeconds - a.meanSeconds)
    .slice(0, mostGroups);
  return [meansOf(sliId, whole, stopped), ...byTeam];
}

/** From and to, epoch ms. */
export type TimeSpan = readonly [fromMs: number, toMs: number];

/** Those that stopped in the span and count: what the official mean is made of. The others' deadline lies in it, or nothing has stopped them yet. */
export function stoppedEpisodes(sliId: string, items: readonly ExplainItem[], [fromMs, toMs]: TimeSpan): ExplainItem[] {
  return items.filter(({ role, duration_seconds, clocks }) => {
    const atMs = stoppedMs(sliId, clocks);
    return role !== 'excluded' && duration_seconds !== null && atMs !== null && atMs >= fromMs && atMs <= toMs;
  });
}

export function meansOf(sliId: string, group: string, items: readonly ExplainItem[]): SegmentMeans {
  const totals = new Map<ClockName, number>();
  for (const { clocks } of items) {
    for (const { until, seconds } of segmentsOf(measuredClocks(sliId, clocks), null)) {
      if (until !== null) totals.set(until, (totals.get(until) ?? 0) + seconds);
    }
  }
  const means = CLOCK_NAMES.flatMap((name) => {
    const total = totals.get(name);
    return total === undefined ? [] : [[name, total / items.length] as const];
  });
  return {
    group,
    episodes: items.length,
    meanSeconds: means.reduce((sum, [, seconds]) => sum + seconds, 0),
    segments: Object.fromEntries(means),
  };
}

export interface Bucket {
  /** Seconds, inclusive; null: no end. */
  upTo: number | null;
  good: number;
  bad: number;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Round numbers that people set deadlines by. */
const bounds = [
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  DAY,
  2 * DAY,
  4 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
];

/** How long decided episodes took, from the first bucket that has any to the last. */
export function distributionOf(items: readonly ExplainItem[]): Bucket[] {
  const buckets: Bucket[] = [...bounds, null].map((upTo) => ({ upTo, good: 0, bad: 0 }));
  for (const { role, duration_seconds } of items) {
    if (duration_seconds === null || (role !== 'good' && role !== 'bad')) continue;
    const bucket = buckets.find(({ upTo }) => upTo === null || duration_seconds <= upTo);
    if (bucket !== undefined) bucket[role] += 1;
  }
  const isUsed = ({ good, bad }: Bucket) => good + bad > 0;
  const last = buckets.findLastIndex(isUsed);
  return last === -1 ? [] : buckets.slice(buckets.findIndex(isUsed), last + 1);
}

/**
 * Share of episodes still open after t seconds (Kaplan–Meier). What goes on is censored at its age; what ended otherwise than by a fix, at its end;
 * false positives, duplicates and the backlog are left out (SLI-DEFINITIONS 0, censoring).
 */
export function survivalOf(sliId: string, items: readonly ExplainItem[], nowMs: number): SurvivalStep[] {
  const times = items.flatMap((item): SurvivalTime[] => {
    if (item.role === 'excluded' && !censored.has(item.reason ?? '')) return [];
    if (item.duration_seconds !== null && item.role !== 'excluded')
      return [{ seconds: item.duration_seconds, stopped: true }];
    const [start] = stepsOf(measuredClocks(sliId, item.clocks));
    if (start === undefined) return [];
    const endMs = item.clocks.t_close === undefined ? nowMs : Date.parse(item.clocks.t_close.at);
    return [{ seconds: Math.max(0, (endMs - start.atMs) / 1000), stopped: false }];
  });
  return times.length === 0 ? [] : [{ seconds: 0, survival: 1 }, ...kaplanMeier(times)];
}

const censored: ReadonlySet<string> = new Set([
  'asset_deleted',
  'accepted_risk',
  'out_of_scope',
  'rule_retired',
  'rule_changed',
]);
