import type { BurnRates } from '@cnapp-slo/model';

const HOUR_MS = 3600_000;
const BUDGET_MS = 28 * 24 * HOUR_MS;
/** SLI-DEFINITIONS 10: a tier fires when this share of the budget would be gone within the window. */
const TIERS: Readonly<Record<keyof BurnRates, { ms: number; budgetShare: number }>> = {
  '1h': { ms: HOUR_MS, budgetShare: 0.02 },
  '6h': { ms: 6 * HOUR_MS, budgetShare: 0.05 },
  '1d': { ms: 24 * HOUR_MS, budgetShare: 0.1 },
  '3d': { ms: 72 * HOUR_MS, budgetShare: 0.1 },
};
/** The short window, which says that it still burns, is a twelfth of the long one. */
const SHORT = 12;

export interface Burn {
  rates: BurnRates;
  /** Long and short window of a tier are both at its factor: 13.44, 5.6, 2.8 and 1. */
  isFiring: boolean;
}

export const NO_BURN: Burn = { rates: { '1h': null, '6h': null, '1d': null, '3d': null }, isFiring: false };

/** `errorRatio` of the last so many ms; `allowed` is 1 − objective. */
export function burnOf(allowed: number, errorRatio: (spanMs: number) => number | null): Burn {
  const burn: Burn = { rates: { ...NO_BURN.rates }, isFiring: false };
  const rateOver = (spanMs: number): number | null => {
    const errors = errorRatio(spanMs);
    return errors === null ? null : errors / allowed;
  };
  for (const [window, { ms, budgetShare }] of Object.entries(TIERS)) {
    const rate = rateOver(ms);
    const factor = Math.max(1, (budgetShare * BUDGET_MS) / ms);
    burn.rates[window as keyof BurnRates] = rate;
    if (rate !== null && rate >= factor && (rateOver(ms / SHORT) ?? 0) >= factor) burn.isFiring = true;
  }
  return burn;
}
