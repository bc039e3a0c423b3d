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

/**
 * Kaplan–Meier estimate of the share still open after t seconds. Empty input gives no steps (S = 1, of nothing). What is
 * censored at the instant of a stop is still at risk then, as in lifelines.
 */
export function kaplanMeier(times: Iterable<SurvivalTime>): SurvivalStep[] {
  const all = new SurvivalTimes();
  for (const { seconds, stopped } of times) all.add(seconds, stopped);
  return all.kaplanMeier();
}

/** The times of very many items: two numbers each, and no object. */
export class SurvivalTimes {
  readonly #ends: number[] = [];
  readonly #stops: number[] = [];

  get length(): number {
    return this.#ends.length;
  }

  add(seconds: number, stopped: boolean): void {
    this.#ends.push(seconds);
    if (stopped) this.#stops.push(seconds);
  }

  /** As `kaplanMeier`. */
  kaplanMeier(): SurvivalStep[] {
    return stepsOf(Float64Array.from(this.#ends).sort(), Float64Array.from(this.#stops).sort());
  }
}

/** Both ascending. */
function stepsOf(ends: Float64Array, stops: Float64Array): SurvivalStep[] {
  const steps: SurvivalStep[] = [];
  let survival = 1;
  let gone = 0;
  for (let i = 0; i < stops.length; ) {
    const seconds = stops[i] as number;
    const first = i;
    while (stops[i] === seconds) i += 1;
    while ((ends[gone] as number) < seconds) gone += 1;
    survival *= 1 - (i - first) / (ends.length - gone);
    steps.push({ seconds, survival });
  }
  return steps;
}

export function survivalAt(steps: readonly SurvivalStep[], seconds: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle]?.seconds ?? 0) <= seconds) low = middle + 1;
    else high = middle;
  }
  return steps[low - 1]?.survival ?? 1;
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
