/** The p-quantile of unsorted values by linear interpolation between closest ranks (R type 7, numpy's default); null when empty. */
export function quantile(values: readonly number[], p: number): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const rank = (sorted.length - 1) * p;
  const low = sorted[Math.floor(rank)] ?? 0;
  const high = sorted[Math.ceil(rank)] ?? low;
  return low + (high - low) * (rank - Math.floor(rank));
}

/** Sums from the smallest up, so that the order of the values cannot change the last bit. */
export function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return (
    Float64Array.from(values)
      .sort()
      .reduce((sum, value) => sum + value, 0) / values.length
  );
}

/** The mean of durations, seconds. Each is whole milliseconds, and they are summed as those: no order or grouping can change the last bit. */
export function meanDuration(seconds: readonly number[]): number | null {
  return share(seconds.reduce((sum, one) => sum + wholeMs(one), 0) / 1000, seconds.length);
}

export function wholeMs(seconds: number): number {
  return Math.round(seconds * 1000);
}

export function maximum(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => Math.max(a, b));
}

/** `part / whole`, or null where there is no whole: never 0 or 1. */
export function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

/** 0.975 quantile of the standard normal. */
const Z_95 = 1.959963984540054;

/** Wilson's 95 % interval for `successes` of `trials`; null without trials. Equals scipy's `proportion_ci(method='wilson')`. */
export function wilsonInterval(successes: number, trials: number): { low: number; high: number } | null {
  if (trials === 0) return null;
  const p = successes / trials;
  const denominator = 1 + Z_95 ** 2 / trials;
  const centre = (p + Z_95 ** 2 / (2 * trials)) / denominator;
  const half = (Z_95 / denominator) * Math.sqrt((p * (1 - p)) / trials + Z_95 ** 2 / (4 * trials ** 2));
  return {
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === trials ? 1 : Math.min(1, centre + half),
  };
}

/** P(X ≥ k) of a Poisson variable with mean `lambda` > 0. Equals scipy's `poisson.sf(k - 1, lambda)`. */
export function poissonTail(k: number, lambda: number): number {
  if (k <= 0) return 1;
  const logTerm = (n: number): number => n * Math.log(lambda) - lambda - logFactorial(n);
  let sum = 0;
  if (k > lambda) {
    // From k up the terms fall: what is small is summed itself, not as the difference from 1.
    for (let n = k, term = Math.exp(logTerm(k)); term > sum * 1e-17; n += 1, term *= lambda / n) sum += term;
    return sum;
  }
  for (let n = k - 1; n >= 0; n -= 1) sum += Math.exp(logTerm(n));
  return 1 - sum;
}

function logFactorial(n: number): number {
  let sum = 0;
  for (let i = 2; i <= n; i += 1) sum += Math.log(i);
  return sum;
}

/**
 * Theil–Sen slope of `values` against their index, with Sen's 95 % interval. Null with fewer than two values. Equals
 * scipy's `theilslopes(values, range(len(values)), alpha=0.95)`.
 */
export function theilSen(values: readonly number[]): { slope: number; low: number; high: number } | null {
  const n = values.length;
  if (n < 2) return null;
  const slopes: number[] = [];
  for (let i = 0; i < n; i += 1)
    for (let j = i + 1; j < n; j += 1) slopes.push(((values[j] ?? 0) - (values[i] ?? 0)) / (j - i));
  slopes.sort((a, b) => a - b);
  const ties = [...Map.groupBy(values, (value) => value).values()].map((group) => group.length);
  const spread = (k: number): number => k * (k - 1) * (2 * k + 5);
  const sigma = Math.sqrt((spread(n) - ties.reduce((sum, k) => sum + spread(k), 0)) / 18);
  const upper = Math.min(roundHalfEven((slopes.length + Z_95 * sigma) / 2), slopes.length - 1);
  const lower = Math.max(roundHalfEven((slopes.length - Z_95 * sigma) / 2) - 1, 0);
  return { slope: quantile(slopes, 0.5) ?? 0, low: slopes[lower] ?? 0, high: slopes[upper] ?? 0 };
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** 1.4826 × MAD estimates the standard deviation of normal data. */
const MAD_SCALE = 1.4826;

/**
 * (value − median) / (1.4826 × MAD) against what was usual; null without history. A MAD below 1/1.4826 counts as that:
 * with counts that never varied, any difference would be infinite.
 */
export function robustZ(value: number, usual: readonly number[]): number | null {
  const median = quantile(usual, 0.5);
  if (median === null) return null;
  const deviation =
    quantile(
      usual.map((one) => Math.abs(one - median)),
      0.5,
    ) ?? 0;
  return (value - median) / Math.max(1, MAD_SCALE * deviation);
}
