/** The same SLO on a faster clock, so that a test sees a whole cycle in minutes. */
import { HOUR_MS } from './duration.ts';
import type { CompileOptions } from './options.ts';
import type { Sli, Slo } from './slo.ts';

/** As fast as Prometheus scrapes in a test. */
const SHORTEST_MS = 1000;

const shrink = (ms: number, timeScale: number): number =>
  ms === 0 ? 0 : Math.max(SHORTEST_MS, Math.round(ms / timeScale));

/**
 * Every duration divided. Exact counts are of true windows, so that a scaled SLO has plain alerts only, and names those who
 * missed most in the last true hour.
 */
export function scaleSlo(slo: Slo, timeScale: number): Slo {
  if (timeScale === 1) return slo;
  const tiers = slo.tiers.map((tier) => ({
    ...tier,
    longMs: shrink(tier.longMs, timeScale),
    shortMs: shrink(tier.shortMs, timeScale),
    forMs: shrink(tier.forMs, timeScale),
    keepFiringForMs: shrink(tier.keepFiringForMs, timeScale),
  }));
  const sli: Sli = slo.sli.kind === 'slices' ? { ...slo.sli, sliceMs: shrink(slo.sli.sliceMs, timeScale) } : slo.sli;
  const period = { ...slo.period, ms: shrink(slo.period.ms, timeScale) };
  const contributors = slo.contributors && { ...slo.contributors, windowMs: HOUR_MS };
  return { ...slo, sli, tiers, period, contributors, exactCounts: null };
}

export const scaleOptions = (options: CompileOptions): CompileOptions => ({
  ...options,
  evaluationMs: shrink(options.evaluationMs, options.timeScale),
});
