import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../duration.ts';
import { format } from '../rational.ts';
import { readSlos } from '../read.ts';

const ratio = `
      ratioMetric:
        counter: true
        bad: { metricSource: { type: Prometheus, spec: { query: 'errors_total' } } }
        total: { metricSource: { type: Prometheus, spec: { query: 'requests_total' } } }`;

interface Parts {
  metadata?: string;
  indicator?: string;
  window?: string;
  method?: string;
  objective?: string;
  policies?: string;
}

const slo = (parts: Parts = {}): string => `
apiVersion: openslo/v1
kind: SLO
metadata:
  name: web
${parts.metadata ?? ''}
spec:
  service: shop
${parts.indicator ?? `  indicator:\n    metadata: { name: web-errors }\n    spec:${ratio}`}
  timeWindow:
    - ${parts.window ?? '{ duration: 28d, isRolling: true }'}
  budgetingMethod: ${parts.method ?? 'Occurrences'}
  objectives:
    - ${parts.objective ?? '{ target: 0.99 }'}
${parts.policies ?? ''}
`;

const read = (...texts: string[]) => readSlos(texts.map((text, i) => ({ path: `${i}.yaml`, text })));

function readOne(...texts: string[]) {
  const { slos, problems } = read(...texts);
  assert.deepEqual(problems, []);
  assert.ok(slos[0]);
  return slos[0];
}

test('objectives are exact, as share or as percentage', () => {
  assert.equal(format(readOne(slo({ objective: '{ target: 0.999 }' })).objective), '0.999');
  assert.equal(format(readOne(slo({ objective: '{ targetPercent: 99.9 }' })).objective), '0.999');
});

test('several objectives become several SLOs, named after what they are called', () => {
  const { slos } = read(
    slo({ objective: '{ displayName: Good, target: 0.99 }\n    - { displayName: The SLA, target: 0.95 }' }),
  );
  assert.deepEqual(
    slos.map(({ id, title }) => [id, title]),
    [
      ['web-good', 'web (Good)'],
      ['web-the-sla', 'web (The SLA)'],
    ],
  );
});

test('indicators, policies, conditions and data sources are found in other files, in any order', () => {
  const policies = `  alertPolicies:
    - alertPolicyRef: burning`;
  const others = `
apiVersion: openslo/v1
kind: AlertPolicy
metadata: { name: burning }
spec:
  conditions: [{ conditionRef: fast }]
  notificationTargets: [{ targetRef: oncall }]
---
- apiVersion: openslo/v1
  kind: AlertCondition
  metadata: { name: fast }
  spec:
    severity: page
    condition: { kind: burnrate, op: gte, threshold: 13.44, lookbackWindow: 1h, alertAfter: 2m }
- { apiVersion: openslo/v1, kind: AlertNotificationTarget, metadata: { name: oncall }, spec: { target: pager } }
- { apiVersion: openslo/v1, kind: DataSource, metadata: { name: mine }, spec: { type: Prometheus, connectionDetails: [] } }
- apiVersion: openslo/v1
  kind: SLI
  metadata: { name: web-errors }
  spec:
    ratioMetric:
      counter: true
      good: { metricSource: { metricSourceRef: mine, spec: { query: good_total } } }
      total: { metricSource: { metricSourceRef: mine, spec: { query: requests_total } } }`;
  const { sli, tiers } = readOne(slo({ indicator: '  indicatorRef: web-errors', policies }), others);
  assert.deepEqual(sli, {
    kind: 'events',
    total: { text: 'requests_total', kind: 'counter' },
    good: { text: 'good_total', kind: 'counter' },
    bad: null,
  });
  const [tier] = tiers;
  assert.ok(tier);
  assert.deepEqual(
    { ...tier, factor: format(tier.factor) },
    {
      id: 'burning',
      severity: 'page',
      longMs: HOUR_MS,
      shortMs: 5 * MINUTE_MS,
      factor: '13.44',
      op: 'gte',
      forMs: 2 * MINUTE_MS,
      keepFiringForMs: 5 * MINUTE_MS,
      labels: { notify: 'oncall' },
      annotations: {},
    },
  );
});

const policy = (name: string, window: string, threshold = '6') => `
    - kind: AlertPolicy
      metadata: { name: ${name}, annotations: { cnapp-slo.dev/tier: page-slow } }
      spec:
        conditions:
          - kind: AlertCondition
            metadata: { name: ${name} }
            spec: { severity: page, condition: { kind: burnrate, op: gt, threshold: ${threshold}, lookbackWindow: ${window} } }
        notificationTargets: [{ kind: AlertNotificationTarget, metadata: { name: oncall }, spec: { target: pager } }]`;

test('two policies of one tier are its long and its short window', () => {
  const { tiers } = readOne(slo({ policies: `  alertPolicies:${policy('short', '20m')}${policy('long', '6h')}` }));
  assert.deepEqual(
    tiers.map(({ id, longMs, shortMs, op }) => ({ id, longMs, shortMs, op })),
    [{ id: 'page-slow', longMs: 6 * HOUR_MS, shortMs: 20 * MINUTE_MS, op: 'gt' }],
  );
});

test('time slices tolerate what their target leaves', () => {
  const objective = '{ target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 1m }';
  const { sli } = readOne(slo({ method: 'Timeslices', objective }));
  assert.equal(sli.kind, 'slices');
  assert.ok(sli.kind === 'slices' && sli.tolerated);
  assert.equal(format(sli.tolerated), '0.05');
  assert.equal(sli.sliceMs, MINUTE_MS);
});

test('a threshold is judged by its operator and value', () => {
  const indicator = `  indicator:
    metadata: { name: lag }
    spec: { thresholdMetric: { metricSource: { type: Prometheus, spec: { query: max(lag) } } } }`;
  const { sli } = readOne(slo({ indicator, objective: '{ op: lt, value: 500, target: 0.99 }' }));
  assert.ok(sli.kind === 'threshold');
  assert.deepEqual([sli.query, sli.op, format(sli.value)], ['max(lag)', 'lt', '500']);
});

test('a month by the calendar keeps its time zone', () => {
  const window =
    "{ duration: 1M, isRolling: false, calendar: { startTime: '2026-01-01 00:00:00', timeZone: Europe/Warsaw } }";
  assert.deepEqual(readOne(slo({ window })).period, {
    ms: 30 * DAY_MS,
    calendar: { count: 1, unit: 'M', startTime: '2026-01-01 00:00:00', timeZone: 'Europe/Warsaw' },
  });
});

test('annotations carry what the specification lacks', () => {
  const metadata = `  annotations:
    cnapp-slo.dev/group-by: tenant, region
    cnapp-slo.dev/exact-counts: window_events{sli="web"}
    cnapp-slo.dev/false-alerts-per-year: 0.5
    cnapp-slo.dev/disable-tiers: page-fast,page-rare
    cnapp-slo.dev/mode: measure
    other.example/ignored: yes`;
  const read = readOne(slo({ metadata }));
  assert.deepEqual(read.groupBy, ['tenant', 'region']);
  assert.equal(read.exactCounts?.selector, 'window_events{sli="web"}');
  assert.equal(format(read.exactCounts.falseAlertsPerYear), '0.5');
  assert.deepEqual(read.disabledTiers, ['page-fast', 'page-rare']);
  assert.equal(read.mode, 'measure');
});

for (const [name, parts, want] of [
  ['a typo in our annotations', { metadata: '  annotations: { cnapp-slo.dev/groupby: tenant }' }, 'openslo.annotation'],
  [
    'a group that is no label',
    { metadata: '  annotations: { cnapp-slo.dev/group-by: "a) or (b" }' },
    'openslo.annotation',
  ],
  ['an unknown field', { metadata: '  colour: red' }, 'input.unknown_field'],
  ['an objective of 100 %', { objective: '{ target: 1 }' }, 'openslo.target'],
  ['an objective of 0 %', { objective: '{ target: 0 }' }, 'lint.objective'],
  ['an operator on a ratio', { objective: '{ op: gt, target: 0.9 }' }, 'openslo.forbidden'],
  ['a month written as a minute', { window: '{ duration: 1m, isRolling: true }' }, 'openslo.time_window'],
  ['a rolling calendar', { window: '{ duration: 1M, isRolling: true, calendar: {} }' }, 'openslo.time_window'],
  [
    'a pair with two thresholds',
    { policies: `  alertPolicies:${policy('a', '20m', '5')}${policy('b', '6h')}` },
    'openslo.tier',
  ],
  ['an indicator that is nowhere', { indicator: '  indicatorRef: nowhere' }, 'openslo.reference'],
  [
    'a query that is no PromQL',
    {
      indicator: `  indicator:\n    metadata: { name: x }\n    spec:${ratio.replace('errors_total', 'errors_total[')}`,
    },
    'input.promql',
  ],
  [
    'a query without a window',
    {
      indicator: `  indicator:\n    metadata: { name: x }\n    spec:${ratio.replace('errors_total', 'rate(errors_total[5m])')}`,
    },
    'openslo.query',
  ],
] as const) {
  test(`${name} is reported as ${want} and gives no rules`, () => {
    const { slos, problems } = read(slo(parts));
    assert.deepEqual(slos, []);
    assert.ok(
      problems.some(({ code, severity, line }) => code === want && severity === 'error' && line > 1),
      JSON.stringify(problems),
    );
    assert.ok(problems.every(({ remedy }) => remedy.length > 0));
  });
}

test('YAML that cannot be read is reported where it breaks', () => {
  const { problems } = read('apiVersion: openslo/v1\nkind: [SLO\n');
  assert.deepEqual(
    problems.map(({ code, line }) => [code, line]),
    [['input.syntax', 3]],
  );
});

test('one broken file does not take the others with it', () => {
  const { slos, problems } = read('a: [', slo());
  assert.deepEqual(
    slos.map(({ id }) => id),
    ['web'],
  );
  assert.equal(problems.length, 1);
});
