/** The p-quantile of unsorted values by linear interpolation between closest ranks (R type 7, numpy's default); null when empty. */
export function quantile(values: readonly number[], p: number): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (sorted.length - 1) * p;
  const low = sorted[Math.floor(rank)] ?? 0;
  const high = sorted[Math.ceil(rank)] ?? low;
  return low + (high - low) * (rank - Math.floor(rank));
}

export function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** One item's time under observation: until it stopped, or until we stopped looking (censored). Seconds. */
export interface SurvivalTime {
  seconds: number;
  stopped: boolean;
}

/** A right-continuous step function: `survival` holds from `seconds` on. */
export interface SurvivalStep {
  seconds: number;
  survival: number;
}

/** Kaplan–Meier estimate of the share still open after t seconds. Empty input gives no steps (S = 1, of nothing). */
export function kaplanMeier(times: readonly SurvivalTime[]): SurvivalStep[] {
  const sorted = times.toSorted((a, b) => a.seconds - b.seconds);
  const steps: SurvivalStep[] = [];
  let atRisk = sorted.length;
  let survival = 1;
  for (let i = 0; i < sorted.length; ) {
    const seconds = sorted[i]?.seconds ?? 0;
    let stopped = 0;
    let leaving = 0;
    while (i < sorted.length && sorted[i]?.seconds === seconds) {
      if (sorted[i]?.stopped) stopped += 1;
      leaving += 1;
      i += 1;
    }
    if (stopped > 0) {
      survival *= 1 - stopped / atRisk;
      steps.push({ seconds, survival });
    }
    atRisk -= leaving;
  }
  return steps;
}

export function survivalAt(steps: readonly SurvivalStep[], seconds: number): number {
  return steps.findLast((step) => step.seconds <= seconds)?.survival ?? 1;
}

/** Restricted mean survival time: the area under the curve up to `tau` seconds. Always exists, unlike the median. */
export function restrictedMean(steps: readonly SurvivalStep[], tau: number): number {
  let area = 0;
  let from = 0;
  let survival = 1;
  for (const step of steps) {
    if (step.seconds >= tau) break;
    area += survival * (step.seconds - from);
    from = step.seconds;
    survival = step.survival;
  }
  return area + survival * (tau - from);
}
