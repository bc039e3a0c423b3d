import type { Asset, Criticality, Exposure } from './asset.ts';
import type { Clock } from './clock.ts';
import type { Episode } from './episode.ts';
import type { Severity } from './observation.ts';

/** Seconds to fix (null: no deadline) what has this severity and, where the row says so, criticality and exposure. */
export interface DeadlineRow {
  severity: Severity;
  criticality?: Criticality;
  exposure?: Exposure;
  seconds: number | null;
}

export interface DeadlinePolicy {
  id: string;
  title: string;
  /** Where the numbers come from. */
  source: string;
  /** The first row that fits decides; where none does, there is no deadline. */
  rows: readonly DeadlineRow[];
}

/** SLI-DEFINITIONS 2: critical 24 h, high 7 d. */
export const DEFAULT_DEADLINES: DeadlinePolicy = {
  id: 'default',
  title: 'Critical 24 hours, high 7 days',
  source: 'docs/slis.md#m2-mttr-remediation',
  rows: [
    { severity: 'critical', seconds: 86_400 },
    { severity: 'high', seconds: 7 * 86_400 },
  ],
};

/** An exposure that is not known fits no row that asks for one. */
export function deadlineSeconds(policy: DeadlinePolicy, severity: Severity, asset: Asset | undefined): number | null {
  const row = policy.rows.find(
    (one) =>
      one.severity === severity &&
      (one.criticality === undefined || one.criticality === (asset?.criticality ?? 'c2')) &&
      (one.exposure === undefined || one.exposure === asset?.context.exposure),
  );
  return row?.seconds ?? null;
}

/** M2's start: t_alert; t_detect where no alert is known. */
export function remediationStart(episode: Episode): Clock | undefined {
  return episode.clocks.t_alert ?? episode.clocks.t_detect;
}

/**
 * When the time to fix runs out (epoch ms), or null where none applies. Accepted risk stops the clock from its approval
 * to its expiry, and then goes on (`resume`) or starts over (`restart`); one approved after the deadline changes nothing.
 */
export function deadlineOf(
  episode: Episode,
  asset: Asset | undefined,
  policy: DeadlinePolicy = DEFAULT_DEADLINES,
): number | null {
  const start = remediationStart(episode);
  const seconds = deadlineSeconds(policy, episode.strictestSeverity, asset);
  return start && seconds !== null ? afterSuspensions(episode, start.atMs, seconds * 1000) : null;
}

/** `fromMs` + `spanMs` of running time. */
export function afterSuspensions(episode: Episode, fromMs: number, spanMs: number): number {
  let deadlineMs = fromMs + spanMs;
  if (episode.suspensions.length === 0) return deadlineMs;
  for (const pause of episode.suspensions.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const pausedMs = Math.max(pause.fromMs, fromMs);
    if (pausedMs >= deadlineMs || pause.toMs === undefined || pause.toMs <= pausedMs) continue;
    deadlineMs = pause.policy === 'restart' ? pause.toMs + spanMs : deadlineMs + (pause.toMs - pausedMs);
  }
  return deadlineMs;
}
