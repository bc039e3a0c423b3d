/** Streams made by chance, from a seed: how often alerts are false when all is exactly on budget, and how soon a burn is seen. */
import { DAY_MS } from '../duration.ts';
import type { Step } from './stream.ts';

export interface StreamSettings {
  eventsPerDay: number;
  /** Probability of a bad event. */
  badShare: number;
  fromMs: number;
  toMs: number;
  /** Bad events come this many at a time (within the minute), of one cause. 1: each by itself. */
  clusterSize?: number;
}

/** Numbers in [0, 1), always the same for a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A Poisson process of independent events; with clusters, of independent causes. */
export function randomStream(settings: StreamSettings, random: () => number): Step[] {
  const { eventsPerDay, badShare, fromMs, toMs, clusterSize = 1 } = settings;
  const steps: Step[] = [];
  let causes = 0;
  for (let atMs = fromMs; ; ) {
    atMs += (-Math.log(1 - random()) * DAY_MS) / eventsPerDay;
    if (atMs >= toMs) return steps;
    if (random() >= badShare) {
      steps.push({ atMs, good: 1, bad: 0 });
    } else if (clusterSize === 1) {
      steps.push({ atMs, good: 0, bad: 1 });
    } else {
      const cause = `cause-${++causes}`;
      for (let i = 0; i < clusterSize; i++) steps.push({ atMs, good: 0, bad: 1, cause });
    }
  }
}
