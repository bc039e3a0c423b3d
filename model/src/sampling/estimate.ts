/** Totals and ratios from sampled telemetry, with 95 % intervals. Source: SAMPLING.md 3; Horvitz–Thompson and Hájek. */
import { wilsonInterval } from '../slis/statistics.ts';

/**
 * A kept unit: all items that share one randomness, such as a trace or the lines of one template of one host-minute. Items
 * are not independent, units are: variances by item would be far too small.
 */
export interface SampledUnit {
  /** With which it was kept, as written on its records then: 1 for what is never dropped and for exact summaries. */
  probability: number;
  /** What is added up over its items, ≥ 0. */
  y: number;
}

export interface RatioUnit extends SampledUnit {
  /** What `y` is a part of. */
  x: number;
}

export interface Estimate {
  value: number;
  low: number;
  high: number;
  variance: number;
  /** `exact`: nothing was dropped, and the interval is a point. */
  certainty: 'exact' | 'estimated';
  /** Kept units. */
  units: number;
}

/** What one kept unit adds to a variance. */
const varianceOf = (probability: number, deviation: number): number =>
  ((1 - probability) / probability ** 2) * deviation ** 2;

/**
 * A total. The interval is that of the dropped part's logarithm: what was kept with certainty has no error, and what was
 * dropped cannot be negative.
 */
export function estimateTotal(units: Iterable<SampledUnit>): Estimate {
  let value = 0;
  let certain = 0;
  let kept = 0;
  const spread = new Spread();
  for (const { probability, y } of units) {
    kept += 1;
    value += y / probability;
    if (probability === 1) certain += y;
    else spread.add(varianceOf(probability, y));
  }
  const sampled = value - certain;
  const { variance } = spread;
  const factor = sampled > 0 ? Math.exp((spread.quantile * Math.sqrt(variance)) / sampled) : 1;
  return {
    value,
    low: certain + sampled / factor,
    high: certain + sampled * factor,
    variance,
    certainty: variance === 0 ? 'exact' : 'estimated',
    units: kept,
  };
}

/** `y` of `x`, such as failures of requests; null where there is no x. Wilson's interval for as many independent items as it is worth. */
export function estimateRatio(units: readonly RatioUnit[]): Estimate | null {
  const total = estimateTotal(units.map(({ probability, x }) => ({ probability, y: x })));
  if (total.value === 0) return null;
  const value = units.reduce((sum, { probability, y }) => sum + y / probability, 0) / total.value;
  if (total.certainty === 'exact')
    return { value, low: value, high: value, variance: 0, certainty: 'exact', units: units.length };
  const spread = new Spread();
  for (const { probability, y, x } of units)
    if (probability < 1) spread.add(varianceOf(probability, (y - value * x) / total.value));
  const { variance } = spread;
  const size = variance > 0 ? (value * (1 - value)) / variance : kishSize(units);
  // Wilson's interval depends on z²/n alone: a wider quantile is a smaller n.
  const n = size * (Z_95 / spread.quantile) ** 2;
  const { low, high } = wilsonInterval(value * n, n) ?? { low: 0, high: 1 };
  return { value, low, high, variance, certainty: 'estimated', units: units.length };
}

/** A variance as a sum over units, and how far an interval must reach: few large units make it uncertain itself. */
class Spread {
  variance = 0;
  #squares = 0;

  add(part: number): void {
    this.variance += part;
    this.#squares += part ** 2;
  }

  /** Student's, with as many degrees of freedom as there are units that carry the variance: (Σv)² / Σv². */
  get quantile(): number {
    return this.#squares > 0 ? studentQuantile(this.variance ** 2 / this.#squares) : Z_95;
  }
}

/** 0.975 quantiles of the standard normal and of Student's t (Abramowitz and Stegun 26.7.5), here for 3 degrees of freedom and more. */
const Z_95 = 1.959963984540054;

export function studentQuantile(degrees: number): number {
  const n = Math.max(3, degrees);
  const z = Z_95;
  return (
    z +
    (z ** 3 + z) / (4 * n) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * n ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * n ** 3) +
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / (92160 * n ** 4)
  );
}

/** (Σw)² / Σw²: how many equally weighted units say as much. */
function kishSize(units: readonly SampledUnit[]): number {
  const weights = units.map(({ probability }) => 1 / probability);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return sum ** 2 / weights.reduce((total, weight) => total + weight ** 2, 0);
}

/** None of N seen at probability p: with 95 % confidence there were no more than this. 0 at p = 1. */
export function upperBoundUnseen(probability: number): number {
  return probability === 1 ? 0 : Math.log(0.05) / Math.log(1 - probability);
}

/** Nothing lost in N trials: with 95 % confidence the rate of loss is below 3/N; null without trials. */
export function upperBoundLoss(trials: number): number | null {
  return trials > 0 ? Math.min(1, 3 / trials) : null;
}
