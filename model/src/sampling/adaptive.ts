import { ALWAYS } from './threshold.ts';

/** A unit that waits for its decision: its randomness (14 hexadecimal digits) and what it would take of the budget. */
export interface Candidate {
  randomness: string;
  size: number;
}

/**
 * The threshold that keeps units within a budget: the highest randomness first, until one does not fit. That one's
 * randomness + 1 is the threshold. With the last one kept instead, totals come out too high (11 % with ten units), and with
 * a token bucket nobody knows the probability at all. Null: not even one fits, or the first rejected had the highest randomness.
 */
export function adaptiveThreshold(candidates: readonly Candidate[], budget: number): string | null {
  let used = 0;
  for (const { randomness, size } of candidates.toSorted((a, b) => (a.randomness < b.randomness ? 1 : -1))) {
    used += size;
    if (used > budget) return successor(randomness);
  }
  return ALWAYS;
}

function successor(randomness: string): string | null {
  const next = (BigInt(`0x${randomness}`) + 1n).toString(16).padStart(14, '0');
  return next.length > 14 ? null : next;
}
