/**
 * Which alerts mean something at which traffic, by the error budget in events, `E = (1 − T) · N` of a full period:
 *
 * 1. E ≥ 500: plain multi-window alerts.
 * 2. 50 ≤ E < 500: the same, and at least one step of the exact ladder.
 * 3. 1 ≤ E < 50: rare events. Only the ladder and the CUSUM know chance from burn; a plain alert pages on every single miss.
 * 4. E < 1: no alert can be right; every miss is a ticket.
 */
import { criticalSteps, falseAlertShare } from './binomial.ts';
import { DAY_MS, formatDuration, HOUR_MS } from './duration.ts';
import { BUDGET_EVENTS, countName, LADDER, REGIME } from './names.ts';
import { matchers } from './promql.ts';
import { decimal, format, multiply, ONE, type Rational, rational, subtract, toNumber } from './rational.ts';
import type { RecordingRule } from './rule-group.ts';
import type { ExactCounts, Slo } from './slo.ts';

export type Regime = 1 | 2 | 3 | 4;

/** Budgets, in events, from which the regimes 3, 2 and 1 hold. */
export const REGIME_LIMITS = [1, 50, 500] as const;
/** A regime is entered this far above its limit and left this far below it, so that it does not flap. */
const HYSTERESIS = { enter: decimal('1.1'), leave: decimal('0.9') };
const ENTER = REGIME_LIMITS.map((limit) => toNumber(multiply(rational(limit), HYSTERESIS.enter)));
const LEAVE = REGIME_LIMITS.map((limit) => toNumber(multiply(rational(limit), HYSTERESIS.leave)));

export const LADDER_WINDOWS_MS = [6 * HOUR_MS, DAY_MS, 3 * DAY_MS, 7 * DAY_MS] as const;
/** Within this share of its window something bad must have happened lately, which ends the alert after recovery. */
export const RECENT_SHARE = 4;
export const EXACT_UP_TO = 1000;
/** Enough for exact values up to there at objectives of 90 % and more; below, Bernstein's bound takes over sooner and asks for a few per cent more. */
export const MAX_STEPS = 140;

/** A burn this fast, fitted to what the ladder has seen, pages; anything slower is a ticket. */
export const RARE_PAGE_FACTOR = decimal('6');

/** How long a low-traffic alert stays after its evidence is gone: the next miss of the same burn is no second alert. */
export const RARE_KEEP_FIRING_MS = { page: HOUR_MS, ticket: DAY_MS };

export function regimeOf(budgetEvents: number, previous: Regime = 4): Regime {
  const reached = REGIME_LIMITS.filter((_, i) => {
    const limit = previous <= 3 - i ? LEAVE[i] : ENTER[i];
    return limit !== undefined && budgetEvents >= limit;
  });
  return (4 - reached.length) as Regime;
}

/** A window that slides is asked all the time, and is wrong about twice as often as disjoint ones (`npm run bench -- --only slo-simulation`). */
const SLIDING = rational(1, 2);

/** The window's share of the false alerts a year may have. */
export const ladderAlpha = (counts: Pick<ExactCounts, 'falseAlertsPerYear'>, windowMs: number): Rational =>
  falseAlertShare(multiply(counts.falseAlertsPerYear, SLIDING), LADDER_WINDOWS_MS.length, windowMs);

/** Exact counts, critical values and the ladder, the budget in events and the regime. */
export function evidenceRules(slo: Slo, counts: ExactCounts, labels: Record<string, string>): RecordingRule[] {
  // Thirty misses of one outage are one observation: neither chance nor the regime may take them for thirty.
  const selector = counts.causes ?? counts.selector;
  const exact = (narrowing: Record<string, string>) => `${sumBy(slo)}(${narrowed(selector, narrowing)})`;
  const badWindows = new Set([HOUR_MS, ...LADDER_WINDOWS_MS.flatMap((ms) => [ms, ms / RECENT_SHARE])]);
  const total = exact({ window: formatDuration(slo.period.ms) });
  return [
    ...[...badWindows]
      .toSorted((a, b) => a - b)
      .map((windowMs) => ({
        record: countName('bad', windowMs),
        expr: exact({ outcome: 'bad', window: formatDuration(windowMs) }),
        labels,
      })),
    ...LADDER_WINDOWS_MS.flatMap((windowMs) => [
      { record: countName('all', windowMs), expr: exact({ window: formatDuration(windowMs) }), labels },
      ...ladderRules(slo, counts, windowMs),
    ]),
    { record: BUDGET_EVENTS, expr: `${format(subtract(ONE, slo.objective))} * ${total}`, labels },
    { record: REGIME, expr: regimeExpression(slo) },
  ];
}

function ladderRules(slo: Slo, counts: ExactCounts, windowMs: number): RecordingRule[] {
  const selector = matchers({ slo: slo.id });
  const critical = countName('critical', windowMs);
  const bad = `${countName('bad', windowMs)}${selector} >= ${critical}${selector}`;
  const recent = `${countName('bad', windowMs / RECENT_SHARE)}${selector} > 0`;
  const all = `${countName('all', windowMs)}${selector}`;
  return [
    { record: critical, expr: criticalExpression(all, slo, ladderAlpha(counts, windowMs)) },
    { record: LADDER, expr: `${bad} and ${recent}`, labels: { window: formatDuration(windowMs) } },
  ];
}

/** `1 + (N > bool n1) + (N > bool n2) + …`, and above the table Bernstein's bound, which holds the promise too. */
function criticalExpression(all: string, slo: Slo, alpha: Rational): string {
  const p = subtract(ONE, slo.objective);
  const { steps, exactUpTo } = criticalSteps(p, alpha, EXACT_UP_TO, MAX_STEPS);
  const table = ['1', ...steps.map((step) => `(${all} > bool ${step})`)].join(' + ');
  const third = -Math.log(toNumber(alpha)) / 3;
  const variance = 6 * third * toNumber(multiply(p, slo.objective));
  const spread = `sqrt(${digits(third ** 2)} + ${digits(variance)} * ${all})`;
  const bound = `ceil(${format(p)} * ${all} + ${digits(third)} + ${spread})`;
  return `(${table}) and ${all} <= ${exactUpTo}\nor\n${bound}`;
}

/** A statistic for PromQL: enough digits, always the same. */
const digits = (value: number): string => Number(value.toPrecision(8)).toString();

/** Each limit that the budget reaches lowers the number by one; a limit reached before is lost later than it is gained. */
function regimeExpression(slo: Slo): string {
  const selector = matchers({ slo: slo.id });
  const budget = `${BUDGET_EVENTS}${selector}`;
  const previous = `(${REGIME}${selector} or 4 + 0 * ${budget})`;
  const reached = REGIME_LIMITS.map((limit, i) => {
    const bound = (hysteresis: Rational) => format(multiply(rational(limit), hysteresis));
    const kept = `(${budget} >= bool ${bound(HYSTERESIS.leave)}) * (${previous} <= bool ${3 - i})`;
    return `clamp_max((${budget} >= bool ${bound(HYSTERESIS.enter)}) + ${kept}, 1)`;
  });
  return ['4', ...reached].join('\n- ');
}

/** Has a sample for each group whose traffic lets plain alerts speak. */
export function plainEvidence(slo: Slo): string {
  const selector = matchers({ slo: slo.id });
  const by = `(${slo.groupBy.join(', ')})`;
  return `${REGIME}${selector} == 1 or (${REGIME}${selector} == 2 and on ${by} ${LADDER}${selector})`;
}

const sumBy = (slo: Slo): string => `sum by (${slo.groupBy.join(', ')}) `;

/** A selector with more label matchers. */
export function narrowed(selector: string, labels: Readonly<Record<string, string>>): string {
  const more = matchers(labels).slice(1);
  const open = selector.trimEnd().replace(/\}$/, '').trimEnd();
  if (!open.includes('{')) return `${open}{${more}`;
  return `${open}${open.endsWith('{') || open.endsWith(',') ? '' : ','}${more}`;
}

/** The error ratio that pages in rare-event mode. */
export function rarePageRatio(objective: Rational): Rational {
  return multiply(RARE_PAGE_FACTOR, subtract(ONE, objective));
}

/** The period, or the objective, at which so many events would leave a budget of one event; null without any event. */
export function testableWith(slo: Slo, eventsPerDay: number): { periodMs: number; objective: Rational } | null {
  const events = Math.floor((eventsPerDay * slo.period.ms) / DAY_MS);
  if (eventsPerDay <= 0) return null;
  const budget = toNumber(subtract(ONE, slo.objective));
  return {
    periodMs: Math.ceil(1 / (budget * eventsPerDay)) * DAY_MS,
    objective: subtract(ONE, rational(1, Math.max(2, events))),
  };
}
