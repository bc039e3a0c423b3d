/** What an SLO will do, in words and numbers for the person who wrote it. */
import { criticalSteps, criticalValue } from './binomial.ts';
import { DAY_MS, formatDuration, MINUTE_MS } from './duration.ts';
import { add, format, multiply, ONE, rational, subtract, toNumber } from './rational.ts';
import { LADDER_WINDOWS_MS, ladderAlpha, REGIME_LIMITS, regimeOf, testableWith } from './regimes.ts';
import type { Slo, Tier } from './slo.ts';
import { isReachable, lowestObjective, threshold } from './tiers.ts';

const REGIMES = {
  1: 'plain multi-window alerts',
  2: 'plain alerts, where the exact ladder holds too',
  3: 'rare events: the exact ladder and the CUSUM',
  4: 'a ticket an event; the objective is not testable in this period',
};

/** Lines of text. `eventsPerDay` null: the traffic is not known. */
export function explain(slo: Slo, eventsPerDay: number | null): string[] {
  const budget = subtract(ONE, slo.objective);
  const percent = (share: typeof budget) => `${format(multiply(share, rational(100)), 4)} %`;
  return [
    `${slo.id}: ${slo.title}`,
    `  objective ${percent(slo.objective)} over ${periodText(slo)}: a budget of ${percent(budget)}`,
    ...slo.tiers.map((tier) => `  ${tierText(slo, tier)}`),
    ...(eventsPerDay === null ? [] : trafficLines(slo, eventsPerDay).map((line) => `  ${line}`)),
    ...(slo.mode === 'measure' ? ['  measured only: evaluated, never routed'] : []),
  ];
}

function periodText({ period }: Slo): string {
  const { ms, calendar } = period;
  return calendar === null
    ? formatDuration(ms)
    : `${calendar.count}${calendar.unit} by the calendar of ${calendar.timeZone}`;
}

function tierText(slo: Slo, tier: Tier): string {
  const head = `${tier.id.padEnd(12)} ${formatDuration(tier.longMs)} and ${formatDuration(tier.shortMs)}`;
  if (slo.disabledTiers.includes(tier.id)) return `${head}: switched off`;
  const theta = threshold(tier, slo.objective);
  if (!isReachable(tier, slo.objective)) {
    return `${head}: can never fire below an objective of ${format(lowestObjective(tier), 4)}`;
  }
  // Total outage: detected after L·θ, cleared S·(1 − θ) after it ends.
  const detect = toNumber(multiply(theta, rational(tier.longMs)));
  const clear = toNumber(multiply(add(ONE, subtract(rational(0), theta)), rational(tier.shortMs)));
  return `${head}: ${format(tier.factor, 4)} times the budget, errors of ${format(theta, 6)}; a total outage fires after ${minutes(detect)} and clears in ${minutes(clear)}`;
}

const minutes = (ms: number): string =>
  ms < MINUTE_MS ? `${Math.round(ms / 1000)} s` : `${(ms / MINUTE_MS).toFixed(1)} min`;

function trafficLines(slo: Slo, eventsPerDay: number): string[] {
  const p = subtract(ONE, slo.objective);
  const budgetEvents = (toNumber(p) * eventsPerDay * slo.period.ms) / DAY_MS;
  if (slo.exactCounts?.lowTraffic !== true) {
    const [, plenty] = REGIME_LIMITS;
    return [
      `${eventsPerDay} events a day: a budget of ${budgetEvents.toFixed(1)} events; without exact counts the alerts are plain${budgetEvents < plenty ? ', and single misses will set them off' : ''}`,
    ];
  }
  const regime = regimeOf(budgetEvents);
  const lines = [
    `${eventsPerDay} events a day: a budget of ${budgetEvents.toFixed(1)} events, regime ${regime} (${REGIMES[regime]})`,
  ];
  const testable = regime === 4 ? testableWith(slo, eventsPerDay) : null;
  if (testable !== null) {
    lines.push(
      `testable over ${formatDuration(testable.periodMs)}, or at an objective of ${format(testable.objective, 4)}`,
    );
  }
  if (regime !== 2 && regime !== 3) return lines;
  const { exactCounts } = slo;
  for (const windowMs of LADDER_WINDOWS_MS) {
    const events = Math.round((eventsPerDay * windowMs) / DAY_MS);
    const alpha = ladderAlpha(exactCounts, windowMs);
    const critical = criticalValue(criticalSteps(p, alpha, Math.max(1, events)), events, toNumber(p), toNumber(alpha));
    lines.push(
      `${formatDuration(windowMs).padEnd(3)} about ${events} events: ${critical} bad ones are more than chance`,
    );
  }
  return lines;
}
