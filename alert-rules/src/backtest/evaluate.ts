/** The alerts of an SLO over a recorded stream, minute by minute, as Prometheus would have judged them. */
import { CUSUM_FACTORS, CUSUM_QUIET_DAYS, CusumWatch } from '../cusum.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../duration.ts';
import { type LadderVerdict, ladderOf } from '../paging.ts';
import { ONE, subtract, toNumber } from '../rational.ts';
import {
  LADDER_WINDOWS_MS,
  RARE_KEEP_FIRING_MS,
  RARE_PAGE_FACTOR,
  RECENT_SHARE,
  type Regime,
  regimeOf,
} from '../regimes.ts';
import type { Severity, Slo } from '../slo.ts';
import { activeTiers, threshold } from '../tiers.ts';
import type { Step } from './stream.ts';
import { SlidingWindows } from './windows.ts';

export interface Firing {
  tier: string;
  severity: Severity;
  fromMs: number;
  /** Null while it still fires at the end. */
  toMs: number | null;
  /** When the run of misses behind it began, as the CUSUM sees it; null when it saw none. */
  burnBeganMs: number | null;
}

export interface Backtest {
  firings: Firing[];
  /** At the end of each day: share of the budget left (null without events), and the regime. */
  days: { atMs: number; budgetRemaining: number | null; regime: Regime }[];
}

export interface EvaluateSettings {
  evaluationMs: number;
  /** `auto` follows the traffic; a number stays in that regime. */
  regime: 'auto' | Regime;
  /** Firings that begin before are not reported: windows are still filling. */
  fromMs: number;
  /** Judged until here, so that alerts can clear after the last event. */
  toMs: number;
  /** Enough is known with the first alert. */
  untilFirst?: boolean;
}

interface Judge {
  tier: string;
  severity: Severity;
  forMs: number;
  keepFiringForMs: number;
  holds(now: Now): boolean;
}

interface Now {
  windows: SlidingWindows;
  regime: Regime;
  ladder: LadderVerdict;
  cusumFires: boolean;
}

export function evaluate(slo: Slo, steps: readonly Step[], settings: EvaluateSettings): Backtest {
  const p0 = toNumber(subtract(ONE, slo.objective));
  const judges = judgesOf(slo, settings);
  const ladder = ladderOf(slo.objective, slo.exactCounts?.falseAlertsPerYear ?? ONE);
  const windows = new SlidingWindows(windowLengths(slo));
  const states = judges.map(() => ({ since: null as number | null, lastTrue: 0, firing: null as Firing | null }));
  const watch = { p0, factors: CUSUM_FACTORS, quietDays: CUSUM_QUIET_DAYS, periodMs: slo.period.ms };
  const cusum = new CusumWatch(watch);
  const isWitness = (slo.exactCounts?.cusum ?? null) !== null;
  const firings: Firing[] = [];
  const days: Backtest['days'] = [];
  let regime: Regime = settings.regime === 'auto' ? 4 : settings.regime;
  let next = 0;
  const first = steps[0]?.atMs ?? settings.toMs;
  let nextDay = Math.ceil(first / DAY_MS) * DAY_MS;

  for (let nowMs = ceilTo(first, settings.evaluationMs); nowMs <= settings.toMs; ) {
    if (settings.untilFirst === true && firings.length > 0) break;
    for (let step = steps[next]; step !== undefined && step.atMs <= nowMs; step = steps[++next]) {
      windows.add(step);
      cusum.see(false, step.atMs, step.good);
      cusum.see(true, step.atMs, step.bad - (step.repeated ?? 0));
    }
    windows.advance(nowMs);
    const period = windows.counts(slo.period.ms);
    if (settings.regime === 'auto') regime = regimeOf(p0 * windows.causes(slo.period.ms).all, regime);
    const { statistic, threshold: alarm, lastResetMs } = cusum.at(nowMs);
    const cusumFires = isWitness && statistic >= alarm;
    const now: Now = { windows, regime, ladder: ladder((ms) => windows.causes(ms)), cusumFires };

    let pendingUntil = Number.POSITIVE_INFINITY;
    for (const [i, judge] of judges.entries()) {
      const state = states[i];
      if (state === undefined) continue;
      if (judge.holds(now)) {
        state.since ??= nowMs;
        state.lastTrue = nowMs;
        if (state.firing === null && nowMs - state.since >= judge.forMs) {
          state.firing = {
            tier: judge.tier,
            severity: judge.severity,
            fromMs: nowMs,
            toMs: null,
            burnBeganMs: lastResetMs,
          };
          if (nowMs >= settings.fromMs) firings.push(state.firing);
        } else if (state.firing === null) pendingUntil = Math.min(pendingUntil, state.since + judge.forMs);
      } else {
        state.since = null;
        if (state.firing !== null && nowMs - state.lastTrue > judge.keepFiringForMs) {
          state.firing.toMs = nowMs;
          state.firing = null;
        } else if (state.firing !== null) {
          pendingUntil = Math.min(pendingUntil, state.lastTrue + judge.keepFiringForMs + settings.evaluationMs);
        }
      }
    }
    for (; nextDay <= nowMs; nextDay += DAY_MS) {
      const budgetRemaining = period.all === 0 ? null : 1 - period.bad / period.all / p0;
      days.push({ atMs: nextDay, budgetRemaining, regime });
    }
    // Nothing changes before the next event comes or leaves a window: no minute in between needs a look.
    const arrival = steps[next]?.atMs ?? Number.POSITIVE_INFINITY;
    const change = Math.min(arrival, windows.nextDeparture(), pendingUntil, nextDay);
    nowMs = Math.max(nowMs + settings.evaluationMs, Math.min(ceilTo(change, settings.evaluationMs), settings.toMs + 1));
  }
  return { firings, days };
}

const ceilTo = (ms: number, stepMs: number): number => Math.ceil(ms / stepMs) * stepMs;

function windowLengths(slo: Slo): number[] {
  const tiers = activeTiers(slo).flatMap(({ longMs, shortMs }) => [longMs, shortMs]);
  const ladder = LADDER_WINDOWS_MS.flatMap((ms) => [ms, ms / RECENT_SHARE]);
  return [...new Set([...tiers, ...ladder, HOUR_MS, slo.period.ms])];
}

function judgesOf(slo: Slo, { regime }: EvaluateSettings): Judge[] {
  const plain = activeTiers(slo).map((tier): Judge => {
    const theta = toNumber(threshold(tier, slo.objective));
    const burns = (windows: SlidingWindows, ms: number) => {
      const { bad, all } = windows.counts(ms);
      return all > 0 && (tier.op === 'gt' ? bad > theta * all : bad >= theta * all - 1e-9);
    };
    return {
      tier: tier.id,
      severity: tier.severity,
      forMs: tier.forMs,
      keepFiringForMs: tier.keepFiringForMs,
      holds: (now) =>
        burns(now.windows, tier.longMs) &&
        burns(now.windows, tier.shortMs) &&
        (now.regime === 1 || (now.regime === 2 && now.ladder.any)),
    };
  });
  if (regime === 1) return plain;
  const rare = (tier: string, severity: Severity, holds: Judge['holds']): Judge => ({
    tier,
    severity,
    forMs: 0,
    keepFiringForMs: tier === 'ticket-event' ? 0 : RARE_KEEP_FIRING_MS[severity],
    holds,
  });
  const canPage = toNumber(RARE_PAGE_FACTOR) * toNumber(subtract(ONE, slo.objective)) < 1;
  const pages = (now: Now) => canPage && !slo.disabledTiers.includes('page-rare') && now.ladder.fast;
  return [
    ...plain,
    rare('page-rare', 'page', (now) => now.regime === 3 && pages(now)),
    rare('ticket-rare', 'ticket', (now) => now.regime === 3 && (now.ladder.any || now.cusumFires) && !pages(now)),
    rare('ticket-event', 'ticket', (now) => now.regime === 4 && now.windows.causes(HOUR_MS).bad > 0),
  ].filter(({ tier }) => !slo.disabledTiers.includes(tier));
}

export const DEFAULT_EVALUATION: Omit<EvaluateSettings, 'toMs'> = {
  evaluationMs: MINUTE_MS,
  regime: 'auto',
  fromMs: 0,
};
