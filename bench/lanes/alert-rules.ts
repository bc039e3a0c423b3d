/**
 * Rules that people use, or might, on the same stream: false pages a year while everything is exactly on budget, and how soon a burn is
 * seen. The table of docs/slo-alerting.md.
 */

import { randomFrom, randomStream } from '../../alert-rules/src/backtest/simulate.ts';
import { SlidingWindows } from '../../alert-rules/src/backtest/windows.ts';
import { criticalSteps, criticalValue, falseAlertShare } from '../../alert-rules/src/binomial.ts';
import { CUSUM_FACTORS, CUSUM_QUIET_DAYS, CusumWatch } from '../../alert-rules/src/cusum.ts';
import { decimal, ONE, subtract, toNumber } from '../../alert-rules/src/rational.ts';
import { LADDER_WINDOWS_MS, RECENT_SHARE } from '../../alert-rules/src/regimes.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const PERIOD_MS = 28 * DAY_MS;
const EVENTS_PER_DAY = 12;
/** Long window, short window, share of the period's budget: what pages. */
const PAGES = [
  [HOUR_MS, 5 * MINUTE_MS, 0.02],
  [6 * HOUR_MS, 30 * MINUTE_MS, 0.05],
] as const;
const WINDOWS = [HOUR_MS, 5 * MINUTE_MS, 6 * HOUR_MS, 30 * MINUTE_MS, PERIOD_MS].concat(
  LADDER_WINDOWS_MS.flatMap((ms) => [ms, ms / RECENT_SHARE]),
);

type Holds = (windows: SlidingWindows, nowMs: number) => boolean;
/** A rule for one objective; `see` is told of every event. */
interface Rule {
  holds: Holds;
  see?: (bad: boolean, atMs: number) => void;
}

/** Both windows of a paging tier satisfy `test`. */
const tiers =
  (test: (counts: { bad: number; all: number }, theta: number) => boolean, p: number): Holds =>
  (windows) =>
    PAGES.some(([long, short, share]) => {
      const theta = ((share * PERIOD_MS) / long) * p;
      return theta < 1 && test(windows.counts(long), theta) && test(windows.counts(short), theta);
    });
const isOver = ({ bad, all }: { bad: number; all: number }, theta: number): boolean => all > 0 && bad >= theta * all;

/** Lower end of Wilson's interval of 98 %. */
const Z = 2.3263479;
function wilson({ bad, all }: { bad: number; all: number }): number {
  const share = bad / all;
  const centre = share + Z ** 2 / (2 * all);
  const spread = Z * Math.sqrt((share * (1 - share)) / all + (Z / (2 * all)) ** 2);
  return (centre - spread) / (1 + Z ** 2 / all);
}

export const RULES: Record<string, (objective: string) => Rule> = {
  plain: (objective) => ({ holds: tiers(isOver, badShare(objective)) }),
  'budget count': (objective) => ({
    holds: (windows) =>
      PAGES.some(([long, short, share]) => {
        const budget = badShare(objective) * windows.counts(PERIOD_MS).all;
        return windows.counts(long).bad >= Math.max(1, share * budget) && windows.counts(short).bad > 0;
      }),
  }),
  'Wilson 98 %': (objective) => ({
    holds: tiers((counts, theta) => counts.all > 0 && wilson(counts) >= theta, badShare(objective)),
  }),
  'two failures': (objective) => ({
    holds: (windows) =>
      PAGES.some(([long, short, share]) => {
        const theta = ((share * PERIOD_MS) / long) * badShare(objective);
        const [inLong, inShort] = [windows.counts(long), windows.counts(short)];
        return theta < 1 && inLong.bad >= 2 && isOver(inLong, theta) && isOver(inShort, theta);
      }),
  }),
  ladder: (objective) => {
    const rungs = rungsOf(objective);
    return {
      holds: (windows) =>
        rungs.some(({ ms, critical }) => {
          const { bad, all } = windows.counts(ms);
          return bad > 0 && bad >= critical(all) && windows.counts(ms / RECENT_SHARE).bad > 0;
        }),
    };
  },
  CUSUM: (objective) => {
    const settings = { p0: badShare(objective), factors: CUSUM_FACTORS, quietDays: CUSUM_QUIET_DAYS };
    const watch = new CusumWatch({ ...settings, periodMs: PERIOD_MS });
    return {
      see: (bad, atMs) => watch.see(bad, atMs),
      holds: (_, nowMs) => {
        const { statistic, threshold } = watch.at(nowMs);
        return statistic >= threshold;
      },
    };
  },
};

interface Rung {
  ms: number;
  critical: (n: number) => number;
}
const known = new Map<string, Rung[]>();

/** The exact ladder with one false alarm a year over four windows, without the half that sliding costs. */
function rungsOf(objective: string): Rung[] {
  const p = subtract(ONE, decimal(objective));
  const rungs =
    known.get(objective) ??
    LADDER_WINDOWS_MS.map((ms) => {
      const alpha = falseAlertShare(ONE, LADDER_WINDOWS_MS.length, ms);
      const steps = criticalSteps(p, alpha, 1000);
      return { ms, critical: (n: number) => criticalValue(steps, n, toNumber(p), toNumber(alpha)) };
    });
  known.set(objective, rungs);
  return rungs;
}

const badShare = (objective: string): number => toNumber(subtract(ONE, decimal(objective)));

/** How often a year the rule begins to hold, exactly on budget. */
export function falsePages(name: string, objective: string, years: number, seed: number): number {
  const toMs = PERIOD_MS + years * 365 * DAY_MS;
  const settings = { eventsPerDay: EVENTS_PER_DAY, badShare: badShare(objective), fromMs: 0, toMs };
  const steps = randomStream(settings, randomFrom(seed));
  return beginnings(name, objective, steps, PERIOD_MS, toMs).length / years;
}

/** Hours from the beginning of a burn to the first page, over `trials` histories. */
export function delays(
  name: string,
  objective: string,
  factor: number,
  trials: number,
): { median: number; p90: number } {
  const p = badShare(objective);
  const hours = Array.from({ length: trials }, (_, trial) => {
    const random = randomFrom(trial + 1);
    const stream = (share: number, fromMs: number, toMs: number) =>
      randomStream({ eventsPerDay: EVENTS_PER_DAY, badShare: share, fromMs, toMs }, random);
    const steps = [...stream(p, 0, PERIOD_MS), ...stream(Math.min(1, factor * p), PERIOD_MS, 2 * PERIOD_MS)];
    const [first = Number.POSITIVE_INFINITY] = beginnings(name, objective, steps, PERIOD_MS, 2 * PERIOD_MS);
    return (first - PERIOD_MS) / HOUR_MS;
  }).toSorted((a, b) => a - b);
  const at = (q: number) => hours[Math.floor(q * trials)] ?? Number.NaN;
  return { median: at(0.5), p90: at(0.9) };
}

/** When the rule began to hold after `fromMs`; looked at wherever an event comes or leaves a window. */
function beginnings(
  name: string,
  objective: string,
  steps: ReturnType<typeof randomStream>,
  fromMs: number,
  toMs: number,
): number[] {
  const rule = (RULES[name] as (typeof RULES)[string])(objective);
  const windows = new SlidingWindows([...new Set(WINDOWS)]);
  const found: number[] = [];
  let held = false;
  for (let next = 0, nowMs = steps[0]?.atMs ?? toMs; nowMs < toMs; ) {
    for (let step = steps[next]; step !== undefined && step.atMs <= nowMs; step = steps[++next]) {
      windows.add(step);
      rule.see?.(step.bad > 0, step.atMs);
    }
    windows.advance(nowMs);
    const holds = rule.holds(windows, nowMs);
    if (holds && !held && nowMs >= fromMs) found.push(nowMs);
    held = holds;
    // A millisecond on at least: a departure may be missed by a rounding.
    nowMs = Math.max(nowMs + 1, Math.min(steps[next]?.atMs ?? toMs, windows.nextDeparture()));
  }
  return found;
}
