import { allocate } from './allocation.ts';
import { NEVER_DROP } from './event-class.ts';
import type { SamplingPolicy } from './policy.ts';
import { bytesOf, portionsOf, type RecordedItem } from './recording.ts';
import { type Simulation, type SimulationSettings, simulateTotals } from './simulate.ts';
import type { Tier } from './tier.ts';
import { TIERS } from './tier.ts';

/** Kept at 2^-20 at least: a tier of which nothing is seen cannot be estimated. */
const LEAST = 2 ** -20;

/**
 * The policy that estimates counts best for `budgetBytes` of the window. Tiers in `whole` are kept whole; null where what must
 * be kept alone costs more.
 */
export function optimalPolicy(
  items: readonly RecordedItem[],
  policy: SamplingPolicy,
  budgetBytes: number,
  whole: readonly Tier[] = ['T0'],
): SamplingPolicy | null {
  const portions = portionsOf(items, { ...policy, whole });
  let fixed = 0;
  const strata = TIERS.map((tier) => {
    const units = new Map<string, { items: number; bytes: number }>();
    for (const portion of portions) {
      if (portion.tier !== tier) continue;
      if (portion.summed || NEVER_DROP.has(portion.eventClass)) fixed += portion.keptBytes;
      else {
        const unit = units.get(portion.unit) ?? { items: 0, bytes: 0 };
        units.set(portion.unit, { items: unit.items + portion.events, bytes: unit.bytes + portion.bytes });
      }
    }
    const all = [...units.values()];
    const n = Math.max(1, all.length);
    return {
      units: all.length,
      s: Math.sqrt(all.reduce((sum, unit) => sum + unit.items ** 2, 0) / n),
      bytes: Math.max(1, bytesOf(all) / n),
      minimum: whole.includes(tier) ? 1 : LEAST,
    };
  });
  const probabilities = allocate(strata, budgetBytes - fixed);
  if (probabilities === null) return null;
  const probability = Object.fromEntries(
    TIERS.map((tier, index) => [tier, strata[index]?.units === 0 ? policy.probability[tier] : probabilities[index]]),
  ) as Record<Tier, number>;
  return { ...policy, revision: `${policy.revision}+optimal`, probability, whole };
}

export interface ParetoPoint {
  /** Of the window's bytes, the share that is kept. */
  kept_share: number;
  cost_per_month: number;
  recall: number | null;
  critical_recall: number | null;
  probability: Readonly<Record<Tier, number>>;
}

/** Cost against recall along the best allocations from all bytes down; a point that costs more than another and shows no more is left out. */
export function paretoCurve(
  items: readonly RecordedItem[],
  settings: SimulationSettings,
  whole: readonly Tier[] = ['T0'],
  steps = 20,
): ParetoPoint[] {
  const bytes = bytesOf(items);
  const points: ParetoPoint[] = [];
  for (let step = steps; step >= 1; step -= 1) {
    const policy = optimalPolicy(items, settings.policy, (bytes * step) / steps, whole);
    if (policy === null) break;
    points.push(pointOf(policy, simulateTotals(items, { ...settings, policy })));
  }
  let best = Number.NEGATIVE_INFINITY;
  const better = points.toReversed().filter(({ recall }) => {
    const isBetter = (recall ?? 0) > best;
    if (isBetter) best = recall ?? 0;
    return isBetter;
  });
  return better.reverse();
}

function pointOf(
  { probability }: SamplingPolicy,
  { total, critical }: Pick<Simulation, 'total' | 'critical'>,
): ParetoPoint {
  return {
    kept_share: total.bytes > 0 ? total.kept_bytes / total.bytes : 1,
    cost_per_month: total.kept_cost_per_month,
    recall: total.recall,
    critical_recall: critical.recall,
    probability,
  };
}
