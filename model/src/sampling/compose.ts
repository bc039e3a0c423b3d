/** How several sampling decisions about one item come together. Thresholds and randomness as in `threshold.ts`. */
import { ALWAYS, DEFAULT_PRECISION, isKept, probabilityOf, thresholdOf } from './threshold.ts';

/** Any of several rules keeps an item: the least threshold decides. */
export function keptByAny(first: string, ...others: readonly string[]): string {
  return others.reduce((least, one) => (one < least ? one : least), first);
}

/** Stages one after the other, and a stage that brings items of any probability down to one: the highest threshold decides. */
export function keptByAll(first: string, ...others: readonly string[]): string {
  return others.reduce((highest, one) => (one > highest ? one : highest), first);
}

/** A stage that keeps a share of what arrives, whatever its probability; null: fewer than one of 2^56 would be left. */
export function proportional(arriving: string, share: number, precision: number = DEFAULT_PRECISION): string | null {
  return thresholdOf(probabilityOf(arriving) * share, precision);
}

/** What a stage made of an item. `threshold` null: the item is kept, but nobody can say with which probability. */
export interface SamplingOutcome {
  kept: boolean;
  threshold: string | null;
  /** The item arrived with a threshold that should have rejected it. */
  inconsistent: boolean;
}

/**
 * One stage: an item with `arriving` (null: not sampled so far, or unknown) meets a threshold. An item that arrives
 * although its own threshold rejects it has been kept for another reason: it stays, and its threshold is erased.
 */
export function decideSampling(randomness: string, arriving: string | null, threshold: string): SamplingOutcome {
  if (arriving !== null && !isKept(randomness, arriving)) return { kept: true, threshold: null, inconsistent: true };
  const applied = keptByAll(arriving ?? ALWAYS, threshold);
  return { kept: isKept(randomness, applied), threshold: applied, inconsistent: false };
}
