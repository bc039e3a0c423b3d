/** Rules of the SLI kinds that the product's own SLOs do not use, run through promtool. Expected values by hand. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { requirePart } from '../tests/servers/require-part.ts';
import { compile, DEFAULT_OPTIONS, readSlos } from './src/index.ts';

const promtool = requirePart('promtool');
const run = promisify(execFile);

interface Case {
  name: string;
  indicator: string;
  objective?: string;
  method?: string;
  window?: string;
  metadata?: string;
  series: Record<string, string>;
  expect: [expr: string, at: string, samples: { labels: string; value: number }[]][];
}

const metric = (query: string) => `{ metricSource: { type: Prometheus, spec: { query: '${query}' } } }`;
const events = `{ ratioMetric: { counter: true, bad: ${metric('e_total{outcome="bad"}')}, total: ${metric('e_total')} } }`;
const error = (window: string, value: number) => [
  { labels: `cnapp:slo_error:ratio_${window}{slo="web", service="shop"}`, value },
];

const cases: Case[] = [
  {
    name: 'a gauge is bad for the share of evaluations that miss its threshold, and NaN is no evaluation',
    indicator: `{ thresholdMetric: ${metric('max(lag)')} }`,
    objective: '{ op: lt, value: 500, target: 0.9 }',
    // Minutes 0–29 good, 30–44 unknown, 45–59 at 500, which is not below it: 15 bad of 45.
    series: { lag: '100+0x29 NaN+0x14 500+0x60' },
    expect: [['cnapp:slo_error:ratio_1h', '59m', error('1h', 15 / 45)]],
  },
  {
    name: 'a slice of time is bad when more of it fails than its target leaves',
    indicator: events,
    method: 'Timeslices',
    objective: '{ target: 0.9, timeSliceTarget: 0.95, timeSliceWindow: 5m }',
    // 4 % errors are good slices. From minute 60 on 10 % are bad ones: of the hour to minute 80 the slices ending at 65, 70, 75 and 80.
    series: { 'e_total{outcome="good"}': '0+96x60 5850+90x30', 'e_total{outcome="bad"}': '0+4x60 250+10x30' },
    expect: [
      ['cnapp:slo_error:ratio_1h', '60m', error('1h', 0)],
      ['cnapp:slo_error:ratio_1h', '80m', error('1h', 4 / 12)],
    ],
  },
  {
    name: 'ratio slices count by their own error ratio, however much happens in them',
    indicator: events,
    method: 'RatioTimeslices',
    objective: '{ target: 0.9, timeSliceWindow: 5m }',
    // Ten quiet slices without errors, then two busy ones with 50 %: 2 · 0.5 / 12, although most of the events are in them.
    series: { 'e_total{outcome="good"}': '0+1x50 100+50x30', 'e_total{outcome="bad"}': '0+0x50 50+50x30' },
    expect: [['cnapp:slo_error:ratio_1h', '60m', error('1h', (2 * 0.5) / 12)]],
  },
  {
    name: 'a success ratio that a query answers is turned into an error ratio',
    indicator: `{ ratioMetric: { rawType: success, raw: ${metric('avg_over_time(up[{{.window}}])')} } }`,
    objective: '{ target: 0.9 }',
    series: { up: '0.25+0x60' },
    expect: [['cnapp:slo_error:ratio_1h', '60m', error('1h', 0.75)]],
  },
  {
    name: 'a service whose good series vanish is down, not unknown',
    indicator: `{ ratioMetric: { counter: true, good: ${metric('good_total')}, total: ${metric('all_total')} } }`,
    series: { all_total: '0+10x60' },
    expect: [['cnapp:slo_error:ratio_1h', '60m', error('1h', 1)]],
  },
  {
    name: 'groups have budgets of their own',
    indicator: events,
    metadata: 'annotations: { cnapp-slo.dev/group-by: tenant }',
    series: {
      'e_total{tenant="a",outcome="bad"}': '0+1x60',
      'e_total{tenant="a",outcome="good"}': '0+1x60',
      'e_total{tenant="b",outcome="good"}': '0+1x60',
    },
    expect: [
      [
        'cnapp:slo_error:ratio_1h',
        '60m',
        [
          { labels: 'cnapp:slo_error:ratio_1h{slo="web", service="shop", tenant="a"}', value: 0.5 },
          { labels: 'cnapp:slo_error:ratio_1h{slo="web", service="shop", tenant="b"}', value: 0 },
        ],
      ],
    ],
  },
  {
    name: 'a calendar day begins at local midnight and forgets the day before',
    indicator: events,
    window: "{ duration: 1d, isRolling: false, calendar: { startTime: '2026-01-01 00:00:00', timeZone: Etc/GMT+2 } }",
    // Time starts at 1970-01-01 00:00 UTC; the local day (UTC−2) ends at 02:00 UTC. All bad until 01:50, all good after.
    series: { 'e_total{outcome="good"}': '0+0x110 10+10x200', 'e_total{outcome="bad"}': '0+10x110 1100+0x200' },
    expect: [
      // Until 02:00, which still belongs to it: 1,100 bad and 100 good.
      ['cnapp:slo_error:ratio_1d', '120m', error('1d', 1100 / 1200)],
      // An hour into the new day: none bad.
      ['cnapp:slo_error:ratio_1d', '180m', error('1d', 0)],
    ],
  },
];

for (const { name, indicator, objective, method, window, metadata, series, expect } of cases) {
  test(name, { skip: promtool.skip }, async () => {
    const text = `
apiVersion: openslo/v1
kind: SLO
metadata: { name: web${metadata === undefined ? '' : `, ${metadata}`} }
spec:
  service: shop
  indicator: { metadata: { name: web }, spec: ${indicator} }
  timeWindow: [${window ?? '{ duration: 28d, isRolling: true }'}]
  budgetingMethod: ${method ?? 'Occurrences'}
  objectives: [${objective ?? '{ target: 0.9 }'}]`;
    const { slos, problems } = readSlos([{ path: 'web.yaml', text }]);
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    const folder = await mkdtemp(join(tmpdir(), 'cnapp-kinds-'));
    try {
      const rules = compile(slos, { ...DEFAULT_OPTIONS, calendarYear: 1970 }).get('prometheus/web.yaml') ?? '';
      await writeFile(join(folder, 'rules.yaml'), rules);
      const unit = {
        interval: '1m',
        input_series: Object.entries(series).map(([selector, values]) => ({ series: selector, values })),
        promql_expr_test: expect.map(([expr, eval_time, exp_samples]) => ({ expr, eval_time, exp_samples })),
      };
      const file = { rule_files: ['rules.yaml'], evaluation_interval: '1m', tests: [unit] };
      await writeFile(join(folder, 'test.yaml'), JSON.stringify(file));
      await run(promtool.path, ['check', 'rules', '--lint=all', '--lint-fatal', join(folder, 'rules.yaml')]);
      await run(promtool.path, ['test', 'rules', join(folder, 'test.yaml')]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}
