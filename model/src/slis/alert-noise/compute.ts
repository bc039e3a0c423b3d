import type { Clocks } from '../../domain/clock.ts';
import type { Episode } from '../../domain/episode.ts';
import { HOUR_MS } from '../../domain/scope-record.ts';
import { counted, tally } from '../members.ts';
import type { EpisodeView, SliComputation, SliInput, SliMember } from '../sli.ts';
import { share } from '../statistics.ts';
import { MINIMUM_LABELS } from './definition.ts';

interface AlertGroup {
  id: string;
  alertMs: number;
  views: EpisodeView[];
}

type Label = 'true' | 'false' | 'unlabelled';

/** M9: what reached a person together is one alert, at the time of its first notification. */
export function compute(input: SliInput): SliComputation {
  const members: SliMember[] = [];
  const pages: number[] = [];
  for (const group of groupsOf(input)) {
    if (group.alertMs <= input.fromMs || group.alertMs > input.toMs) continue;
    // Where no channel says how urgent it was, it called somebody.
    if (group.views.some(({ episode }) => (episode.alertUrgency ?? 'page') === 'page')) pages.push(group.alertMs);
    const { label, reason } = labelOf(group, input.toMs);
    const role = label === 'true' ? 'good' : label === 'false' ? 'bad' : 'excluded';
    members.push(memberOf(group, role, reason));
  }
  const { good, bad } = tally(members);
  const unlabelled = members.length - good - bad;
  const labelCoverage = share(good + bad, members.length);
  const isLabelled = labelCoverage !== null && labelCoverage >= MINIMUM_LABELS;
  return {
    value: isLabelled ? share(bad, good) : null,
    good,
    bad,
    members,
    ...(labelCoverage !== null &&
      !isLabelled && { insufficient: `${unlabelled} of ${members.length} alerts have no label` }),
    companions: {
      low: share(bad, good + unlabelled),
      high: share(bad + unlabelled, good),
      smoothed: members.length > 0 ? (bad + 0.5) / (good + 0.5) : null,
      label_coverage: labelCoverage,
      false_share: share(bad, good + bad),
      alerts: members.length,
      ...shiftsOf(pages, input),
      ...suppressedIn(input),
      compression: share(detectionsIn(input), members.length),
    },
  };
}

function groupsOf({ episodes, fromMs, toMs }: SliInput): AlertGroup[] {
  const groups: AlertGroup[] = [];
  const named = new Map<string, AlertGroup>();
  for (const view of episodes) {
    const { episode } = view;
    const alertMs = episode.clocks.t_alert?.atMs;
    const id = episode.alertGroup;
    const isAlone = id === undefined;
    if (alertMs === undefined || (isAlone && (alertMs <= fromMs || alertMs > toMs))) continue;
    const key = `${episode.tenant} ${id}`;
    const known = isAlone ? undefined : named.get(key);
    if (known) {
      known.views.push(view);
      known.alertMs = Math.min(known.alertMs, alertMs);
      continue;
    }
    const group = { id: id ?? episode.id, alertMs, views: [view] };
    groups.push(group);
    if (!isAlone) named.set(key, group);
  }
  return groups;
}

/** One true member makes the alert true; it is false when all that is said of it says so. */
function labelOf({ views }: AlertGroup, toMs: number): { label: Label; reason: string | null } {
  const verdicts = views.map(({ episode }) => episode.verdict).filter((verdict) => verdict && verdict !== 'unknown');
  if (verdicts.includes('tp')) return { label: 'true', reason: null };
  const [first] = verdicts;
  if (first !== undefined) return { label: 'false', reason: first };
  if (views.every(({ episode }) => resolvedItself(episode, episode.clocks, toMs)))
    return { label: 'false', reason: 'auto_resolved' };
  return { label: 'unlabelled', reason: 'unlabelled' };
}

/** Gone before anybody acknowledged it, and nobody did anything. */
export function resolvedItself(
  { attempts, fixChangeId }: Episode,
  { t_close: close, t_ack: ack, t_remediate: remediate }: Clocks,
  toMs = Number.POSITIVE_INFINITY,
): boolean {
  if (!close || close.atMs > toMs) return false;
  const isAcknowledged = ack !== undefined && ack.atMs <= close.atMs;
  return !isAcknowledged && !remediate && fixChangeId === undefined && (attempts ?? []).length === 0;
}

function memberOf({ id, views }: AlertGroup, role: SliMember['role'], reason: string | null): SliMember {
  const [first] = views;
  if (first && views.length === 1 && id === first.episode.id) {
    const { findingId } = first.episode;
    return { episodeId: id, findingId, role, reason, durationSeconds: null, weight: 1 };
  }
  const others = views.length > 1 ? ` and ${views.length - 1} more` : '';
  return counted(id, role, reason, {
    title: `${first?.finding.title ?? id}${others}`,
    ...(first && { assetId: first.finding.asset.id, severity: first.episode.severity }),
    team: first?.asset?.team ?? 'unowned',
  });
}

/** Whole hours that end in the window. */
function detectionsIn({ detections, fromMs, toMs }: SliInput): number {
  let count = 0;
  for (const { dayMs, hours } of detections) {
    for (const [hour, times] of hours.entries()) {
      const endMs = dayMs + (hour + 1) * HOUR_MS;
      if (endMs > fromMs && endMs <= toMs) count += times;
    }
  }
  return count;
}

/** Shifts are as long as the operator says, one after the other since 1970; those that only touch the window count in part. */
function shiftsOf(pages: readonly number[], { fromMs, toMs, policy }: SliInput): Record<string, number> {
  const shiftMs = policy.shiftSeconds * 1000;
  const perShift = Map.groupBy(pages, (atMs) => Math.floor(atMs / shiftMs));
  return {
    pages_per_shift: pages.length / ((toMs - fromMs) / shiftMs),
    busiest_shift: Math.max(0, ...[...perShift.values()].map((shift) => shift.length)),
  };
}

function suppressedIn({ episodes, fromMs, toMs }: SliInput): Record<string, number> {
  const counts = { suppressed: 0, suppressed_true: 0 };
  for (const { episode } of episodes) {
    if (!episode.detectorSuppressed || episode.clocks.t_alert !== undefined) continue;
    const detectMs = episode.clocks.t_detect?.atMs ?? 0;
    if (detectMs <= fromMs || detectMs > toMs) continue;
    counts.suppressed += 1;
    if (episode.verdict === 'tp') counts.suppressed_true += 1;
  }
  return counts;
}
