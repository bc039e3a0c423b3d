/** What a backtest says to people: what would have been sent, how soon, and how often for nothing. */
import { DAY_MS } from '../duration.ts';
import { ONE, subtract, toNumber } from '../rational.ts';
import { LADDER_WINDOWS_MS } from '../regimes.ts';
import type { Slo } from '../slo.ts';
import { type Backtest, DEFAULT_EVALUATION, type EvaluateSettings, evaluate, type Firing } from './evaluate.ts';
import { randomFrom, randomStream } from './simulate.ts';
import { markRepeats, type Step } from './stream.ts';

const YEAR_MS = 365 * DAY_MS;

export interface BacktestReport extends Backtest {
  from: string;
  to: string;
  events: { good: number; bad: number };
  pages: number;
  tickets: number;
  pagesPerYear: number;
  ticketsPerYear: number;
  /** How many pages a year may be false; null for plain alerts, which promise nothing. */
  promisedPerYear: number | null;
  /** From the beginning of a burn to its first alert, seconds; null without alerts. */
  medianDelaySeconds: number | null;
}

/** A recorded stream through the rules. The first period only fills the windows unless the stream is shorter. */
export function backtest(slo: Slo, steps: readonly Step[], settings: Partial<EvaluateSettings> = {}): BacktestReport {
  const [first, last] = [steps[0]?.atMs ?? 0, steps.at(-1)?.atMs ?? 0];
  const toMs = settings.toMs ?? last;
  const fromMs = settings.fromMs ?? (last - first > 2 * slo.period.ms ? first + slo.period.ms : first);
  const regime = settings.regime ?? (slo.exactCounts?.lowTraffic === true ? 'auto' : 1);
  const result = evaluate(slo, steps, { ...DEFAULT_EVALUATION, ...settings, regime, fromMs, toMs });
  const judged = steps.filter(({ atMs }) => atMs >= fromMs);
  const years = Math.max(toMs - fromMs, DAY_MS) / YEAR_MS;
  const count = (severity: Firing['severity']) =>
    result.firings.filter((firing) => firing.severity === severity).length;
  return {
    ...result,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    events: { good: sum(judged.map(({ good }) => good)), bad: sum(judged.map(({ bad }) => bad)) },
    pages: count('page'),
    tickets: count('ticket'),
    pagesPerYear: count('page') / years,
    ticketsPerYear: count('ticket') / years,
    promisedPerYear: slo.exactCounts?.lowTraffic === true ? toNumber(slo.exactCounts.falseAlertsPerYear) : null,
    medianDelaySeconds: median(result.firings.flatMap((firing) => delayOf(firing) ?? [])),
  };
}

/** How often somebody hears of it: alerts of one severity that overlap are one notification, as they are one group. */
export function notifications(
  firings: readonly Pick<Firing, 'severity' | 'fromMs' | 'toMs'>[],
  severity: Firing['severity'],
): number {
  let count = 0;
  let untilMs = Number.NEGATIVE_INFINITY;
  for (const firing of firings.filter((one) => one.severity === severity).toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (firing.fromMs > untilMs) count++;
    untilMs = Math.max(untilMs, firing.toMs ?? Number.POSITIVE_INFINITY);
  }
  return count;
}

const delayOf = ({ fromMs, burnBeganMs }: Firing): number | null =>
  burnBeganMs === null ? null : (fromMs - burnBeganMs) / 1000;

export interface SimulationSettings {
  eventsPerDay: number;
  years: number;
  seed: number;
  regime: EvaluateSettings['regime'];
  /** Bad events of one cause that come together. */
  clusterSize: number;
  /** Whether they count as one. */
  grouped: boolean;
}

/** Alerts a year while everything is exactly on budget: every one of them is false. */
export function falseAlerts(slo: Slo, settings: SimulationSettings): { pages: number; tickets: number } {
  const { eventsPerDay, years, seed, regime, clusterSize, grouped } = settings;
  const toMs = slo.period.ms + years * YEAR_MS;
  const badShare = toNumber(subtract(ONE, slo.objective));
  const stream = randomStream({ eventsPerDay, badShare, fromMs: 0, toMs, clusterSize }, randomFrom(seed));
  const steps = grouped ? markRepeats(stream, slo.period.ms) : stream;
  const { firings } = evaluate(slo, steps, {
    ...DEFAULT_EVALUATION,
    regime,
    fromMs: slo.period.ms,
    toMs,
  });
  const perYear = (severity: Firing['severity']) => notifications(firings, severity) / years;
  return { pages: perYear('page'), tickets: perYear('ticket') };
}

/** Hours from the beginning of a burn (`factor` times the budgeted rate, once every window is full) to the first alert, in `trials` histories. */
export function detectionHours(
  slo: Slo,
  { factor, trials, ...settings }: SimulationSettings & { factor: number; trials: number },
): { median: number; p90: number } {
  const badShare = toNumber(subtract(ONE, slo.objective));
  const startMs = Math.max(...LADDER_WINDOWS_MS);
  const toMs = startMs + slo.period.ms;
  const hours = Array.from({ length: trials }, (_, trial) => {
    const random = randomFrom(settings.seed + trial);
    const steps = [
      ...randomStream({ eventsPerDay: settings.eventsPerDay, badShare, fromMs: 0, toMs: startMs }, random),
      ...randomStream(
        { eventsPerDay: settings.eventsPerDay, badShare: Math.min(1, factor * badShare), fromMs: startMs, toMs },
        random,
      ),
    ];
    const { regime } = settings;
    const range = { fromMs: startMs, toMs, untilFirst: true };
    const { firings } = evaluate(slo, steps, { ...DEFAULT_EVALUATION, regime, ...range });
    const first = Math.min(...firings.map(({ fromMs }) => fromMs));
    return (first - startMs) / 3_600_000;
  });
  return { median: quantile(hours, 0.5) ?? Number.NaN, p90: quantile(hours, 0.9) ?? Number.NaN };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const median = (values: readonly number[]): number | null => quantile(values, 0.5);

function quantile(values: readonly number[], q: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? null;
}
