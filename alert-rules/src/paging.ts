/** What the rules would say of counts that somebody already has: the exact ladder, and whether an SLO pages now. */
import { type CriticalSteps, criticalSteps, criticalValue } from './binomial.ts';
import { decimal, multiply, ONE, type Rational, subtract, toNumber } from './rational.ts';
import {
  EXACT_UP_TO,
  LADDER_WINDOWS_MS,
  ladderAlpha,
  MAX_STEPS,
  RARE_PAGE_FACTOR,
  RECENT_SHARE,
  regimeOf,
} from './regimes.ts';
import { defaultTiers, isReachable, threshold } from './tiers.ts';

/** Bad and all events of the window of so many ms that ends now. */
export type Counts = (windowMs: number) => { bad: number; all: number };

/** Some window holds more bad events than chance allows; and one of them so many that it pages. */
export interface LadderVerdict {
  any: boolean;
  fast: boolean;
}

export function ladderOf(objective: Rational, falseAlertsPerYear: Rational): (counts: Counts) => LadderVerdict {
  const p = subtract(ONE, objective);
  const pageRatio = toNumber(multiply(RARE_PAGE_FACTOR, p));
  const rungs = LADDER_WINDOWS_MS.map((ms) => {
    const alpha = ladderAlpha({ falseAlertsPerYear }, ms);
    const steps = criticalSteps(p, alpha, EXACT_UP_TO, MAX_STEPS);
    return { ms, critical: memoized(steps, toNumber(p), toNumber(alpha)) };
  });
  return (counts) => {
    const held = rungs.filter(({ ms, critical }) => {
      const { bad, all } = counts(ms);
      return bad > 0 && bad >= critical(all) && counts(ms / RECENT_SHARE).bad > 0;
    });
    const fast = held.some(({ ms }) => counts(ms).bad >= pageRatio * counts(ms).all);
    return { any: held.length > 0, fast };
  };
}

function memoized(steps: CriticalSteps, p: number, alpha: number): (n: number) => number {
  const known: number[] = [];
  return (n) => {
    known[n] ??= criticalValue(steps, n, p, alpha);
    return known[n];
  };
}

const ladders = new Map<number, ReturnType<typeof ladderOf>>();

/**
 * Whether an SLO with the default tiers would page, by the regime of its traffic. `causes` are the events with the misses of one
 * cause counted once; `objective` a ratio such as 0.95.
 */
export function isPaging(objective: number, periodMs: number, events: Counts, causes: Counts): boolean {
  const target = decimal(String(objective));
  const regime = regimeOf(toNumber(subtract(ONE, target)) * causes(periodMs).all);
  if (regime === 4) return false;
  const ladder = ladders.get(objective) ?? ladderOf(target, ONE);
  ladders.set(objective, ladder);
  if (regime === 3) return ladder(causes).fast;
  const burns = (ms: number, theta: number) => {
    const { bad, all } = events(ms);
    return all > 0 && bad >= theta * all;
  };
  const isBurning = defaultTiers(periodMs).some((tier) => {
    const theta = toNumber(threshold(tier, target));
    const pages = tier.severity === 'page' && isReachable(tier, target);
    return pages && burns(tier.longMs, theta) && burns(tier.shortMs, theta);
  });
  return isBurning && (regime === 1 || ladder(causes).any);
}
