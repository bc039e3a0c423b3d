/**
 * Bernoulli CUSUM: the second witness at low traffic. It weighs every event as it comes, so that it needs no window. The null
 * hypothesis is the objective itself, `p0 = 1 − T`, never an estimate from history.
 *
 * A mixture over several alternatives removes the choice of one: each keeps a CUSUM in the form `max(S, 0) + ln(p1/p0 or q1/q0)`,
 * and the mean of their likelihood ratios is what is compared. By Lorden's inequality (and Shin, Ramdas, Rinaldo, *E-detectors*) the mean
 * time to a false alert is at least e^h events.
 */
import { DAY_MS } from './duration.ts';

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

/** Nothing bad for so long ends an alarm: a quarter of the longest window of the ladder, whose alerts end likewise. */
const ALARM_OVER_MS = (7 / 4) * DAY_MS;
/** Mean days to a false alarm. */
export const CUSUM_QUIET_DAYS = 90;

/**
 * A CUSUM over a stream, with its threshold by the traffic of the last period. An alarm that is over starts it anew: what a
 * total outage has piled up would otherwise take weeks of good events to wear off, and one miss would be an alarm again.
 */
export class CusumWatch {
  readonly #settings: CusumSettings;
  readonly #quietDays: number;
  readonly #periodMs: number;
  #state: CusumState;
  /** The events of the last period, from `#oldest` on. */
  #seen: { atMs: number; count: number }[] = [];
  #oldest = 0;
  #count = 0;
  #firstMs: number | null = null;
  #lastBadMs = Number.NEGATIVE_INFINITY;
  #isAlarmed = false;

  constructor(settings: CusumSettings & { quietDays: number; periodMs: number }) {
    this.#settings = settings;
    this.#quietDays = settings.quietDays;
    this.#periodMs = settings.periodMs;
    this.#state = newCusum(settings);
  }

  /** Events must come in the order of their decision. */
  see(bad: boolean, atMs: number, count = 1): void {
    if (count === 0) return;
    this.#endAlarm(atMs);
    this.#firstMs ??= atMs;
    const last = this.#seen.at(-1);
    if (last?.atMs === atMs) last.count += count;
    else this.#seen.push({ atMs, count });
    this.#count += count;
    this.#forget(atMs);
    for (let i = 0; i < count; i++) this.#state = stepCusum(this.#state, this.#settings, bad, atMs);
    if (!bad) return;
    this.#lastBadMs = atMs;
    if (cusumStatistic(this.#state) >= this.#threshold(atMs)) this.#isAlarmed = true;
  }

  /** S, h (infinite without any event in the period), and when S last stood at zero (epoch ms; null before the first event). */
  at(nowMs: number): { statistic: number; threshold: number; lastResetMs: number | null } {
    this.#endAlarm(nowMs);
    this.#forget(nowMs);
    const { lastResetMs } = this.#state;
    return { statistic: cusumStatistic(this.#state), threshold: this.#threshold(nowMs), lastResetMs };
  }

  #endAlarm(nowMs: number): void {
    if (!this.#isAlarmed || nowMs - this.#lastBadMs < ALARM_OVER_MS) return;
    this.#isAlarmed = false;
    this.#state = { ...newCusum(this.#settings), lastResetMs: this.#lastBadMs + ALARM_OVER_MS };
  }

  #forget(nowMs: number): void {
    for (let one = this.#seen[this.#oldest]; one !== undefined && one.atMs <= nowMs - this.#periodMs; ) {
      this.#count -= one.count;
      one = this.#seen[++this.#oldest];
    }
    if (this.#oldest <= this.#seen.length / 2) return;
    this.#seen = this.#seen.slice(this.#oldest);
    this.#oldest = 0;
  }

  #threshold(nowMs: number): number {
    if (this.#count === 0) return Number.POSITIVE_INFINITY;
    // A history shorter than the period tells its rate too, from a day on.
    const spanMs = Math.min(this.#periodMs, Math.max(DAY_MS, nowMs - (this.#firstMs ?? nowMs)));
    return cusumThreshold((this.#count * DAY_MS) / spanMs, this.#quietDays);
  }
}

function alternatives({ p0, factors }: CusumSettings): number[] {
  const possible = factors.map((factor) => factor * p0).filter((p1) => p1 < 1);
  return possible.length > 0 ? possible : [(1 + p0) / 2];
}
