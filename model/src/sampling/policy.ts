import type { SamplingPolicy } from '../domain/sampling-rollout.ts';
import { NEVER_DROP } from './event-class.ts';
import { ALWAYS, probabilityOf, thresholdOf } from './threshold.ts';
import type { Tier } from './tier.ts';
import { TIERS, UNKNOWN_TIER } from './tier.ts';

export type { SamplingPolicy };

/** SAMPLING.md 1.4 and 1.5. */
export const DEFAULT_SAMPLING: SamplingPolicy = {
  revision: 'default',
  probability: { T0: 1, T1: 0.5, T2: 0.1, T3: 0.02 },
  heavyItems: 100,
  whole: ['T0'],
  exemplars: 3,
};

/** Thresholds by tier, as they are written on records: of 4 significant digits, so the probability is theirs and not the policy's. */
export type Thresholds = Readonly<Record<Tier, string>>;

/** Throws RangeError for a probability that cannot be. */
export function thresholdsOf({ probability }: SamplingPolicy): Thresholds {
  const entries = TIERS.map((tier) => {
    const threshold = thresholdOf(probability[tier]);
    if (threshold === null) throw new RangeError(`${tier}: ${probability[tier]} is no probability from 2^-56 to 1`);
    return [tier, threshold] as const;
  });
  return Object.fromEntries(entries) as Record<Tier, string>;
}

/** The threshold for an item; a security keep always wins. */
export function thresholdFor(thresholds: Thresholds, tier: Tier | null, eventClass: string): string {
  return NEVER_DROP.has(eventClass) ? ALWAYS : thresholds[tier ?? UNKNOWN_TIER];
}

export function probabilityFor(thresholds: Thresholds, tier: Tier | null, eventClass: string): number {
  return probabilityOf(thresholdFor(thresholds, tier, eventClass));
}

/** Whether so many items of one template in one unit are told by a summary. */
export function isSummed(
  policy: Pick<SamplingPolicy, 'heavyItems' | 'whole'>,
  tier: Tier | null,
  eventClass: string,
  items: number,
): boolean {
  return items > policy.heavyItems && !policy.whole.includes(tier ?? UNKNOWN_TIER) && !NEVER_DROP.has(eventClass);
}
