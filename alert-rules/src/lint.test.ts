import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lint } from './lint.ts';
import { DEFAULT_OPTIONS } from './options.ts';
import { readSlos } from './read.ts';

interface Parts {
  objective?: string;
  bad?: string;
  total?: string;
  counter?: boolean;
  metadata?: string;
  policies?: string;
}

function lintOf({ objective = '0.99', bad, total, counter = true, metadata = '', policies = '' }: Parts) {
  const metric = (query: string) => `{ metricSource: { type: Prometheus, spec: { query: '${query}' } } }`;
  const text = `
apiVersion: openslo/v1
kind: SLO
metadata: { name: web, annotations: { cnapp-slo.dev/freshness: 'up{job="web"}'${metadata} } }
spec:
  service: shop
  indicator:
    metadata: { name: web }
    spec: { ratioMetric: { counter: ${counter}, bad: ${metric(bad ?? 'errors_total')}, total: ${metric(total ?? 'requests_total')} } }
  timeWindow: [{ duration: 28d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: ${objective} }]
  alertPolicies: [${policies}]`;
  const { slos, problems } = readSlos([{ path: 'web.yaml', text }]);
  assert.deepEqual(problems, []);
  return lint(slos, DEFAULT_OPTIONS);
}

const policy = (threshold: number, lookback: string) => `{ kind: AlertPolicy, metadata: { name: burn }, spec: {
    conditions: [{ kind: AlertCondition, metadata: { name: burn }, spec: { severity: page,
      condition: { kind: burnrate, op: gte, threshold: ${threshold}, lookbackWindow: ${lookback} } } }],
    notificationTargets: [{ kind: AlertNotificationTarget, metadata: { name: oncall }, spec: { target: pager } }] } }`;

test('an SLO that can do its work has nothing to say', () => {
  assert.deepEqual(lintOf({}), []);
});

test('a tier that can never fire is an error, with one that can beside it', () => {
  // 13.44 · 0.1 = 1.344. Halfway between 0.1 and 1 is 0.55, a burn of 5.5; 13.44 h / 5.5 = 2 h 27 min (146.6).
  const [problem, ...rest] = lintOf({ objective: '0.9' });
  assert.deepEqual(rest, []);
  assert.equal(problem?.code, 'lint.unreachable_tier');
  assert.match(problem.message, /^page-fast can never fire/);
  assert.match(
    problem.remedy,
    /threshold of 5\.5 over 2h27m, .* above 0\.9256, or cnapp-slo\.dev\/disable-tiers: page-fast/,
  );
  assert.deepEqual(lintOf({ objective: '0.9', metadata: ', cnapp-slo.dev/disable-tiers: page-fast' }), []);
});

for (const [name, parts, want] of [
  ['a short window without two evaluations', { policies: policy(2, '12m') }, 'lint.window_too_short'],
  ['a window beyond the period', { policies: policy(2, '60d') }, 'lint.window_too_long'],
  ['a counter by use but not by name', { bad: 'errors' }, 'lint.not_a_counter'],
  ['a gauge by use but not by name', { counter: false, total: 'requests' }, 'lint.not_a_gauge'],
  [
    'sums by different labels',
    { bad: 'sum by (a) (rate(e_total[{{.window}}]))', total: 'sum by (b) (rate(r_total[{{.window}}]))' },
    'lint.label_mismatch',
  ],
  [
    'a query that sums its groups away',
    {
      bad: 'sum(rate(e_total[{{.window}}]))',
      total: 'sum(rate(r_total[{{.window}}]))',
      metadata: ', cnapp-slo.dev/group-by: tenant',
    },
    'lint.group_by',
  ],
] as const) {
  test(`${name} is found`, () => {
    assert.ok(
      lintOf(parts).some(({ code }) => code === want),
      JSON.stringify(lintOf(parts)),
    );
  });
}

test('an SLO without a freshness series is warned about', () => {
  const sloth = `
version: prometheus/v1
service: shop
labels: { tier: gold }
slos:
  - name: web
    objective: 99
    sli: { raw: { error_ratio_query: 'avg_over_time(errors[{{.window}}])' } }
    alerting: {}`;
  const problems = lint(readSlos([{ path: 'sloth.yaml', text: sloth }]).slos, DEFAULT_OPTIONS);
  assert.deepEqual(
    problems.map(({ code, severity, line }) => [code, severity, line]),
    [
      ['lint.reserved_label', 'warning', 6],
      ['lint.no_freshness', 'warning', 6],
    ],
  );
});
