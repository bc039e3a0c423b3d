/** How a byte budget is best spent. Source: SAMPLING.md 3, after Neyman. */

/** A group of units that share a probability, such as a tier's telemetry of one class. */
export interface Stratum {
  /** Units in the window. */
  units: number;
  /** Root of the mean square of what is estimated, by unit: how much it hurts to miss one. */
  s: number;
  /** Bytes by unit. */
  bytes: number;
  /** Never below this: 1 for what must not be dropped. */
  minimum: number;
}

/**
 * Probabilities p = min(1, κ·s/√c) that keep the variance of the total lowest for `budget` bytes; null where the minima
 * alone cost more. κ by bisection, to a part in a billion of the budget.
 */
export function allocate(strata: readonly Stratum[], budget: number): number[] | null {
  const at = (kappa: number): number[] =>
    strata.map(({ s, bytes, minimum }) => Math.min(1, Math.max(minimum, (kappa * s) / Math.sqrt(bytes))));
  const cost = (probabilities: readonly number[]): number =>
    strata.reduce((sum, { units, bytes }, h) => sum + units * bytes * (probabilities[h] ?? 0), 0);
  if (cost(at(0)) > budget) return null;
  let low = 0;
  let high = Math.max(0, ...strata.map(({ s, bytes }) => (s > 0 ? Math.sqrt(bytes) / s : 0)));
  if (cost(at(high)) <= budget) return at(high);
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2;
    if (cost(at(middle)) <= budget) low = middle;
    else high = middle;
  }
  return at(low);
}
