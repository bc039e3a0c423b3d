import type { BurnRates } from '@cnapp-slo/model';

/** What error budgets are counted over (SLI-DEFINITIONS 0: default window). */
export const BUDGET_PERIOD_SECONDS = 28 * 86_400;

/**
 * The burn rates that alert, for a 28-day period: 2 % of the budget in 1 h and 5 % in 6 h page, 10 % in 1 d and in 3 d make a ticket
 * (SLI-DEFINITIONS 10; never below 1, which would alert inside the budget).
 */
export const BURN_TIERS = [
  { window: '1h', threshold: 13.44, severity: 'page' },
  { window: '6h', threshold: 5.6, severity: 'page' },
  { window: '1d', threshold: 2.8, severity: 'ticket' },
  { window: '3d', threshold: 1, severity: 'ticket' },
] as const satisfies readonly { window: keyof BurnRates; threshold: number; severity: 'page' | 'ticket' }[];

/** How a rate reads beside its tier: `page` and `ticket` reach the tier, `elevated` spends faster than the budget allows, `calm` does not. */
export type BurnLevel = 'unknown' | 'calm' | 'elevated' | 'ticket' | 'page';

export function burnLevel(rate: number | null, tier: { threshold: number; severity: 'page' | 'ticket' }): BurnLevel {
  if (rate === null) return 'unknown';
  if (rate >= tier.threshold) return tier.severity;
  return rate > 1 ? 'elevated' : 'calm';
}

/** The most urgent level over all windows. */
export function worstBurn(burn: BurnRates): BurnLevel {
  const order: readonly BurnLevel[] = ['unknown', 'calm', 'elevated', 'ticket', 'page'];
  const levels = BURN_TIERS.map((tier) => burnLevel(burn[tier.window], tier));
  return order.findLast((level) => levels.includes(level)) ?? 'unknown';
}

/** Seconds until the budget is gone if it goes on like this; null: it isn't being spent faster than it comes back, or nobody knows. */
export function secondsToExhaustion(
  remaining: number | null,
  rate: number | null,
  periodSeconds: number,
): number | null {
  if (remaining === null || rate === null || remaining <= 0 || rate <= 1) return null;
  return (remaining * periodSeconds) / rate;
}

/** A straight line from what is left now to nothing, up to `untilMs` (epoch ms): its two ends; none where the budget is not being used up, or nobody knows. */
export function budgetAhead(
  remaining: number | null,
  rate: number | null,
  nowMs: number,
  untilMs: number,
): { atMs: number; remaining: number }[] {
  const seconds = secondsToExhaustion(remaining, rate, BUDGET_PERIOD_SECONDS);
  if (remaining === null || seconds === null || untilMs <= nowMs) return [];
  const endMs = Math.min(nowMs + seconds * 1000, untilMs);
  return [
    { atMs: nowMs, remaining },
    { atMs: endMs, remaining: remaining * (1 - (endMs - nowMs) / (seconds * 1000)) },
  ];
}

/** Share of the error budget that a ratio leaves; below 0 it is overspent. Null where there is no ratio, no objective, or no error allowed. */
export function budgetLeft(ratio: number | null, objective: number | null): number | null {
  if (ratio === null || objective === null || objective >= 1) return null;
  return 1 - (1 - ratio) / (1 - objective);
}
