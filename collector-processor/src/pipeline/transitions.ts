import type { Asset, ChangeObservation, ClockName, Episode, Transition, TransitionFeed } from '@cnapp-slo/model';
import { stateAt } from '@cnapp-slo/model';
import type { ChangedFinding } from './draft.ts';

const STEPS: readonly [ClockName, Transition['at']][] = [
  ['t_detect', 'detected'],
  ['t_alert', 'alerted'],
  ['t_ack', 'acknowledged'],
  ['t_remediate', 'remediated'],
  ['t_verify', 'verified'],
  ['t_close', 'closed'],
];

/** What became known of a finding's episodes by one commit, in the order of their life. */
export function transitionsOf(
  changed: ChangedFinding,
  assetOf: (changed: ChangedFinding) => Asset | undefined,
  changeOf: (tenant: string, id: string) => ChangeObservation | undefined,
  nowMs: number,
): Transition[] {
  const transitions: Transition[] = [];
  const before = new Map(changed.before?.episodes.map((episode) => [episode.id, episode]));
  for (const episode of changed.after.episodes) {
    const old = before.get(episode.id);
    for (const { at, atMs } of stepsBetween(old, episode)) {
      transitions.push({
        at,
        atMs,
        episode: { ...episode, state: stateAt(episode, nowMs) },
        finding: changed.after.finding,
        asset: assetOf(changed),
        change: episode.causeChangeId === undefined ? undefined : changeOf(episode.tenant, episode.causeChangeId),
      });
    }
  }
  return transitions;
}

function stepsBetween(old: Episode | undefined, now: Episode): { at: Transition['at']; atMs: number }[] {
  const steps: { at: Transition['at']; atMs: number }[] = [];
  let restated = false;
  for (const [clock, at] of STEPS) {
    const is = now.clocks[clock]?.atMs;
    const was = old?.clocks[clock]?.atMs;
    if (is !== undefined && was === undefined) {
      steps.push({ at: at === 'detected' && now.seq > 1 ? 'reopened' : at, atMs: is });
    } else if (was !== undefined && is !== was) restated = true;
  }
  if (now.suspensions.length > (old?.suspensions.length ?? 0)) {
    steps.push({ at: 'suspended', atMs: now.suspensions.at(-1)?.fromMs ?? now.lastSeenMs });
  }
  if (restated || (old && old.closeReason !== undefined && old.closeReason !== now.closeReason)) {
    steps.push({ at: 'restated', atMs: now.lastSeenMs });
  }
  return steps;
}

/** A listener that throws is told of and dropped from that announcement; it never holds back intake. */
export class Feed implements TransitionFeed {
  readonly #listeners = new Set<(transitions: readonly Transition[]) => void>();
  readonly #failed: (error: unknown) => void;

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  subscribe(listener: (transitions: readonly Transition[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  announce(transitions: readonly Transition[]): void {
    if (transitions.length === 0) return;
    for (const listener of this.#listeners) {
      try {
        listener(transitions);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
