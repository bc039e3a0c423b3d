/**
 * Exact critical values of the binomial distribution: how many bad events are too many to be chance, when events are bad with
 * probability `p` as budgeted. Integers throughout, so that no rounding can move a step.
 */
import { compare, multiply, type Rational, rational } from './rational.ts';

/**
 * `kcrit(n) = min{k : P(Bin(n, p) ≥ k) ≤ α}` as a step function: it is 1 plus the number of entries that n exceeds. Covers
 * every n up to `maxN`, or up to the last n of `maxSteps` steps; `exactUpTo` says which.
 */
export interface CriticalSteps {
  steps: readonly number[];
  exactUpTo: number;
}

export function criticalSteps(
  p: Rational,
  alpha: Rational,
  maxN: number,
  maxSteps = Number.POSITIVE_INFINITY,
): CriticalSteps {
  const [a, b] = [p.num, p.den];
  // pmf[k] · b^n for every k below the critical value: the mass above it is what is left of b^n.
  let pmf = [1n];
  let total = 1n;
  const steps: number[] = [];
  for (let n = 1; n <= maxN; n++) {
    total *= b;
    const below = pmf.map((mass, k) => mass * (b - a) + (k === 0 ? 0n : (pmf[k - 1] ?? 0n) * a));
    const left = total - below.reduce((sum, mass) => sum + mass, 0n);
    // From n − 1 to n the critical value rises by one at most.
    if (left * alpha.den > alpha.num * total) {
      if (steps.length === maxSteps) return { steps, exactUpTo: n - 1 };
      steps.push(n - 1);
      below.push((pmf.at(-1) ?? 0n) * a + massAt(pmf.length, n - 1, a, b) * (b - a));
    }
    pmf = below;
  }
  return { steps, exactUpTo: maxN };
}

/** P(Bin(n, a/b) = k) · b^n. */
function massAt(k: number, n: number, a: bigint, b: bigint): bigint {
  if (k > n) return 0n;
  let ways = 1n;
  for (let i = 0; i < k; i++) ways = (ways * BigInt(n - i)) / BigInt(i + 1);
  return ways * a ** BigInt(k) * (b - a) ** BigInt(n - k);
}

export function criticalValue({ steps, exactUpTo }: CriticalSteps, n: number, p: number, alpha: number): number {
  if (n > exactUpTo) return Math.ceil(bernsteinBound(n, p, alpha));
  return 1 + steps.filter((step) => n > step).length;
}

/**
 * An upper bound of the critical value for large n, where a table would be long: P(X ≥ np + t) ≤ exp(−t² / (2(npq + t/3)))
 * (Bernstein's inequality), solved for t. Never promises more than it holds.
 */
export function bernsteinBound(n: number, p: number, alpha: number): number {
  const logOdds = -Math.log(alpha);
  return n * p + logOdds / 3 + Math.sqrt((logOdds / 3) ** 2 + 2 * n * p * (1 - p) * logOdds);
}

/** α of one window: its share of the false alerts that a year may have, for as many disjoint windows as a year has. */
export function falseAlertShare(perYear: Rational, windows: number, windowMs: number): Rational {
  const YEAR_MS = 365 * 86_400_000;
  const alpha = multiply(multiply(perYear, rational(1, windows)), rational(windowMs, YEAR_MS));
  return compare(alpha, rational(1, 2)) > 0 ? rational(1, 2) : alpha;
}
