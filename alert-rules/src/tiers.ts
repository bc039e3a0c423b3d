/** Burn-rate tiers by budget share. Source: Google SRE Workbook, chapter 5, table 5-8. */
import { HOUR_MS, MINUTE_MS } from './duration.ts';
import {
  add,
  compare,
  decimal,
  divide,
  maximum,
  multiply,
  ONE,
  type Rational,
  rational,
  subtract,
  toNumber,
} from './rational.ts';
import type { Severity, Slo, Tier } from './slo.ts';

/** The long window, and the share of the period's budget that may be gone when it fires. */
export interface TierShape {
  id: string;
  severity: Severity;
  budgetShare: Rational;
  longMs: number;
  /** A twelfth of the long one unless set. */
  shortMs?: number;
}

export const TIER_SHAPES: readonly TierShape[] = [
  { id: 'page-fast', severity: 'page', budgetShare: decimal('0.02'), longMs: HOUR_MS },
  { id: 'page-slow', severity: 'page', budgetShare: decimal('0.05'), longMs: 6 * HOUR_MS },
  { id: 'ticket-fast', severity: 'ticket', budgetShare: decimal('0.1'), longMs: 24 * HOUR_MS },
  { id: 'ticket-slow', severity: 'ticket', budgetShare: decimal('0.1'), longMs: 72 * HOUR_MS },
];

/** Long enough to bridge a scrape gap, short enough that a resolved burn does not linger. */
const LONGEST_KEEP_FIRING_MS = 15 * MINUTE_MS;

export const shortWindow = (longMs: number): number => Math.round(longMs / 12);
export const keepFiring = (shortMs: number): number => Math.min(shortMs, LONGEST_KEEP_FIRING_MS);

/** Budget share b, period P, long window L: `b·P/L`, but never below 1, which would fire inside the budget. */
function burnFactor(budgetShare: Rational, periodMs: number, longMs: number): Rational {
  return maximum(ONE, multiply(budgetShare, rational(periodMs, longMs)));
}

export function tierOf(shape: TierShape, periodMs: number): Tier {
  const shortMs = shape.shortMs ?? shortWindow(shape.longMs);
  return {
    id: shape.id,
    severity: shape.severity,
    longMs: shape.longMs,
    shortMs,
    factor: burnFactor(shape.budgetShare, periodMs, shape.longMs),
    op: 'gte',
    forMs: 0,
    keepFiringForMs: keepFiring(shortMs),
    labels: {},
    annotations: {},
  };
}

export const defaultTiers = (periodMs: number): Tier[] => TIER_SHAPES.map((shape) => tierOf(shape, periodMs));

/** The error ratio `θ = f·(1 − T)` that both windows must reach. */
export function threshold(tier: Pick<Tier, 'factor'>, objective: Rational): Rational {
  return multiply(tier.factor, subtract(ONE, objective));
}

/** An error ratio of 1 is a total outage; a threshold at or above it never fires for less, so it may as well not exist. */
export function isReachable(tier: Pick<Tier, 'factor'>, objective: Rational): boolean {
  return compare(threshold(tier, objective), ONE) < 0;
}

/**
 * A tier like this one that can fire: halfway between the budgeted error ratio and a total outage, over the window in which that
 * burns the same share of the budget.
 */
export function reachableAlternative(tier: Tier, objective: Rational): { factor: Rational; longMs: number } {
  const budget = subtract(ONE, objective);
  const factor = divide(add(ONE, budget), multiply(rational(2), budget));
  const longMs = toNumber(divide(multiply(tier.factor, rational(tier.longMs)), factor));
  return { factor, longMs: Math.round(longMs / MINUTE_MS) * MINUTE_MS };
}

/** Objectives must be above this for the tier to be able to fire: `1 − 1/f`. */
export const lowestObjective = (tier: Pick<Tier, 'factor'>): Rational => subtract(ONE, divide(ONE, tier.factor));

/** Those that the author wants and that can fire. */
export const activeTiers = (slo: Pick<Slo, 'tiers' | 'objective' | 'disabledTiers'>): Tier[] =>
  slo.tiers.filter((tier) => !slo.disabledTiers.includes(tier.id) && isReachable(tier, slo.objective));
