/**
 * Bernoulli CUSUM: the second witness at low traffic. It weighs every event as it comes, so that it needs no window. The null
 * hypothesis is the objective itself, `p0 = 1 − T`, never an estimate from history.
 *
 * A mixture over several alternatives removes the choice of one: each keeps a CUSUM in the form `max(S, 0) + ln(p1/p0 or q1/q0)`,
 * and the mean of their likelihood ratios is what is compared. By Lorden's inequality (and Shin, Ramdas, Rinaldo, *E-detectors*) the mean
 * time to a false alert is at least e^h events.
 */
export interface CusumState {
  /** One logarithm of a likelihood ratio for each alternative. */
  logs: readonly number[];
  /** When the statistic last stood at zero: where a run of misses began. Epoch ms; null before the first event. */
  lastResetMs: number | null;
}

export interface CusumSettings {
  /** Budgeted share of bad events, `1 − T`, between 0 and 1. */
  p0: number;
  /** Multiples of p0 that are looked for; those beyond certainty are left out. */
  factors: readonly number[];
}

export const CUSUM_FACTORS: readonly number[] = [3, 6, 14.4, 50];

export function newCusum(settings: CusumSettings): CusumState {
  return { logs: alternatives(settings).map(() => 0), lastResetMs: null };
}

/** The state after one event. Events must come in the order of their decision. */
export function stepCusum(state: CusumState, settings: CusumSettings, bad: boolean, atMs: number): CusumState {
  const { p0 } = settings;
  const logs = alternatives(settings).map((p1, i) => {
    const weight = bad ? Math.log(p1 / p0) : Math.log((1 - p1) / (1 - p0));
    return Math.max(state.logs[i] ?? 0, 0) + weight;
  });
  return { logs, lastResetMs: logs.every((log) => log <= 0) || state.lastResetMs === null ? atMs : state.lastResetMs };
}

/** S: the logarithm of the mean likelihood ratio, 0 when nothing speaks against the objective. */
export function cusumStatistic({ logs }: CusumState): number {
  const largest = Math.max(...logs);
  const mean = logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / logs.length;
  return Math.max(0, largest + Math.log(mean));
}

/** h: alert at `S ≥ h`. With so many events a day, a false alert comes once in `quietDays` at most, on average. */
export function cusumThreshold(eventsPerDay: number, quietDays: number): number {
  return Math.log(Math.max(1, eventsPerDay * quietDays));
}

function alternatives({ p0, factors }: CusumSettings): number[] {
  const possible = factors.map((factor) => factor * p0).filter((p1) => p1 < 1);
  return possible.length > 0 ? possible : [(1 + p0) / 2];
}
