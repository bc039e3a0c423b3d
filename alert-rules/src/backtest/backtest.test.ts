import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../duration.ts';
import { readSlos } from '../read.ts';
import type { Slo } from '../slo.ts';
import { recordedReport } from './recorded.ts';
import { backtest, detectionHours, falseAlerts, type SimulationSettings } from './report.ts';
import { fromCounters, markRepeats, readEvents, type Step } from './stream.ts';

function sloOf(
  objective: string,
  annotations = '{ cnapp-slo.dev/exact-counts: counts, cnapp-slo.dev/cusum: cusum }',
): Slo {
  const metric = (query: string) => `{ metricSource: { type: Prometheus, spec: { query: '${query}' } } }`;
  const text = `
apiVersion: openslo/v1
kind: SLO
metadata: { name: web, annotations: ${annotations} }
spec:
  service: shop
  indicator: { metadata: { name: web }, spec: { ratioMetric: { counter: true, bad: ${metric('bad_total')}, total: ${metric('all_total')} } } }
  timeWindow: [{ duration: 28d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: ${objective} }]`;
  const { slos, problems } = readSlos([{ path: 'web.yaml', text }]);
  assert.deepEqual(problems, []);
  assert.ok(slos[0]);
  return slos[0];
}

const every = (fromMs: number, toMs: number, stepMs: number, step: Pick<Step, 'good' | 'bad'>): Step[] =>
  Array.from({ length: Math.floor((toMs - fromMs) / stepMs) }, (_, i) => ({
    atMs: fromMs + (i + 1) * stepMs,
    ...step,
  }));

test('a plain tier fires and clears in a backtest when it does in Prometheus', () => {
  // As tests/mttr.yaml: all bad from minute 120 to 180, fires at 161; the short window clears at 182, kept until 187.
  const good = { good: 1, bad: 0 };
  const bad = { good: 0, bad: 1 };
  const steps = [
    ...every(0, 2 * HOUR_MS, MINUTE_MS, good),
    ...every(2 * HOUR_MS, 3 * HOUR_MS, MINUTE_MS, bad),
    ...every(3 * HOUR_MS, 5 * HOUR_MS, MINUTE_MS, good),
  ];
  const { firings } = backtest(sloOf('0.95', '{}'), steps);
  const page = firings.find(({ tier }) => tier === 'page-fast');
  assert.deepEqual([page?.fromMs, page?.toMs], [161 * MINUTE_MS, 187 * MINUTE_MS]);
  assert.equal(page?.burnBeganMs, 120 * MINUTE_MS);
});

test('with few events three misses are chance and four page, as in Prometheus', () => {
  const quiet = every(0, 28 * DAY_MS, 2 * HOUR_MS, { good: 1, bad: 0 }); // 336 events
  const misses = every(28 * DAY_MS, 28 * DAY_MS + 4 * HOUR_MS, HOUR_MS, { good: 0, bad: 1 });
  const { firings, pages } = backtest(sloOf('0.95'), [...quiet, ...misses], { fromMs: 0 });
  assert.equal(pages, 1);
  // Four of six in the last six hours (two good ones before): kcrit(6) is 5 at half of α; of 1 d 4 of 14 would be chance.
  assert.ok(firings.every(({ tier }) => tier === 'page-rare' || tier === 'ticket-rare'));
});

test('the budget curve is null without events and 1 minus what is used with them', () => {
  const steps = [
    ...every(0, DAY_MS, HOUR_MS, { good: 95, bad: 5 }),
    ...every(40 * DAY_MS, 41 * DAY_MS, HOUR_MS, { good: 100, bad: 0 }),
  ];
  const { days } = backtest(sloOf('0.9', '{}'), steps);
  assert.ok(Math.abs((days[1]?.budgetRemaining ?? 0) - 0.5) < 1e-9, 'five of a hundred at 90 %');
  assert.equal(days.find(({ atMs }) => atMs === 35 * DAY_MS)?.budgetRemaining, null);
});

test('counters become increments, and a restart loses nothing that was counted after it', () => {
  const series = (values: number[]) => [
    { metric: {}, values: values.map((value, i): [number, string] => [i * 60, String(value)]) },
  ];
  assert.deepEqual(fromCounters(series([5, 6, 1, 1]), series([100, 110, 4, 6])), [
    { atMs: 60_000, good: 9, bad: 1 },
    { atMs: 120_000, good: 3, bad: 1 },
    { atMs: 180_000, good: 2, bad: 0 },
  ]);
});

test('events are read line by line, and bad lines are named', () => {
  const { steps, rejected } = readEvents(`
{"at":"1970-01-01T00:00:02Z","outcome":"bad","cause":"CVE-1"}
{"at":1000,"outcome":"good","count":3}
{"at":"never","outcome":"good"}
nothing`);
  assert.deepEqual(steps, [
    { atMs: 1000, good: 3, bad: 0 },
    { atMs: 2000, good: 0, bad: 1, cause: 'CVE-1' },
  ]);
  assert.deepEqual(rejected, [
    { line: 4, reason: '"at" is no time' },
    { line: 5, reason: 'no JSON' },
  ]);
});

test('of one cause only the first miss is new', () => {
  const miss = (atMs: number, cause?: string): Step => ({
    atMs,
    good: 0,
    bad: 1,
    ...(cause === undefined ? {} : { cause }),
  });
  const steps = [miss(0, 'a'), miss(1, 'a'), miss(2, 'b'), miss(3), miss(4), miss(DAY_MS * 2, 'a')];
  assert.deepEqual(
    markRepeats(steps, DAY_MS).flatMap(({ atMs, repeated = 0 }) => (repeated === 0 ? [atMs] : [])),
    [0, 2, 3, 4, DAY_MS * 2],
  );
});

test('what the rules of a measured SLO have said is what would have been sent', () => {
  const slo: Slo = { ...sloOf('0.95', '{ cnapp-slo.dev/group-by: tenant, cnapp-slo.dev/mode: measure }') };
  // Minutes in which each fired. Of acme the slow page overlaps the fast one: one page. A minute without a sample ends it.
  const fired = (tier: string, tenant: string, ...minutes: number[]) => ({
    metric: { tier, tenant, severity: 'none', mode: 'measure' },
    values: minutes.map((minute): [number, string] => [minute * 60, '1']),
  });
  const series = [
    fired('page-fast', 'acme', 10, 11, 12, 30),
    fired('page-slow', 'acme', 12, 13),
    fired('ticket-fast', 'acme', 59, 60),
    fired('page-fast', 'other', 11),
    fired('page-gone', 'acme', 11),
  ];
  const range = { fromMs: 0, toMs: 60 * MINUTE_MS, stepMs: MINUTE_MS };
  const { mode, pages, tickets, firings } = recordedReport(slo, series, range);
  assert.deepEqual([mode, pages, tickets], ['measure', 3, 1]);
  assert.deepEqual(
    firings.map(({ tier, group, fromMs, toMs }) => [tier, group.tenant, fromMs / MINUTE_MS, toMs && toMs / MINUTE_MS]),
    [
      ['page-fast', 'acme', 10, 13],
      ['page-fast', 'other', 11, 12],
      ['page-slow', 'acme', 12, 14],
      ['page-fast', 'acme', 30, 31],
      ['ticket-fast', 'acme', 59, null],
    ],
  );
});

const onBudget: SimulationSettings = {
  eventsPerDay: 12,
  years: 25,
  seed: 7,
  regime: 'auto',
  clusterSize: 1,
  grouped: false,
};

for (const objective of ['0.9', '0.95', '0.99', '0.995', '0.999']) {
  test(`at ${objective} and 12 events a day exactly on budget, no more pages are false than the one a year that is promised`, () => {
    const { pages } = falseAlerts(sloOf(objective), onBudget);
    assert.ok(pages <= 1, `${pages} a year`);
  });
}

test('plain alerts page on nearly every miss at 99 %, 43 times a year', () => {
  // 12 · 365 · 0.01 = 43.8 misses a year; each one is 100 % of its five minutes and of its hour.
  const { pages } = falseAlerts(sloOf('0.99', '{}'), { ...onBudget, regime: 1 });
  assert.ok(pages > 36 && pages < 51, `${pages} a year`);
});

test('one advisory on 150 workloads is one miss when causes are grouped, and breaks the promise when they are not', () => {
  const clustered = { ...onBudget, years: 10, clusterSize: 150 };
  assert.ok(falseAlerts(sloOf('0.99'), { ...clustered, grouped: true }).pages <= 1);
  const loose = falseAlerts(sloOf('0.99'), clustered);
  assert.ok(loose.pages + loose.tickets > 5, JSON.stringify(loose));
});

/** Median and 90th percentile of the low-traffic reference, hours: ten times the budgeted rate, and a total failure. */
for (const [factor, median, p90, trials] of [
  [10, 62, 133, 500],
  [100, 5, 9, 150],
] as const) {
  test(`a burn of ${factor} at 99 % is seen within 1.2 times the reference's ${median} h, in nine of ten cases ${p90} h`, () => {
    const hours = detectionHours(sloOf('0.99'), { ...onBudget, regime: 3, factor, trials });
    assert.ok(hours.median <= 1.2 * median && hours.p90 <= 1.2 * p90, JSON.stringify(hours));
  });
}
