/**
 * A constant error ratio e above the threshold θ fires after L·θ/e and clears S·(1 − θ/e) after it ended (before `for` and
 * `keep_firing_for`). Here a sample; `CNAPP_CLOSED_FORM=all node --test alert-rules/closed-form.test.ts` tries all of them.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { requirePart } from '../tests/servers/require-part.ts';
import { DAY_MS, MINUTE_MS } from './src/duration.ts';
import { compile, DEFAULT_OPTIONS, isReachable, lint, readSlos, type Slo, type Tier, threshold } from './src/index.ts';
import { format, toNumber } from './src/rational.ts';

const promtool = requirePart('promtool');
const run = promisify(execFile);

const OBJECTIVES = ['0.9', '0.95', '0.99', '0.995', '0.999'];
const PERIOD_DAYS = [7, 28, 30, 90];
const SAMPLE = [
  '0.95 28 page-fast',
  '0.99 30 page-slow',
  '0.999 90 page-fast',
  '0.9 7 page-slow',
  '0.995 28 ticket-fast',
];

function sloOf(objective: string, days: number): Slo {
  const query = (name: string) => `{ metricSource: { type: Prometheus, spec: { query: '${name}' } } }`;
  const text = `
apiVersion: openslo/v1
kind: SLO
metadata: { name: web }
spec:
  service: shop
  indicator:
    metadata: { name: web }
    spec: { ratioMetric: { counter: true, bad: ${query('events_total{outcome="bad"}')}, total: ${query('events_total')} } }
  timeWindow: [{ duration: ${days}d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: ${objective} }]`;
  const [slo] = readSlos([{ path: 'web.yaml', text }]).slos;
  assert.ok(slo);
  return slo;
}

/** Events a minute: so many that any error ratio is a whole number of them, as counters are. */
const RATE = 1_000_000;

/** A promtool test: healthy for the long window, then errors at ratio e, then healthy again. */
function cycle(tier: Tier, theta: number, e: number) {
  const long = tier.longMs / MINUTE_MS;
  const short = tier.shortMs / MINUTE_MS;
  // Doubles may miss a whole minute by a hair; a millionth of one decides nothing.
  const detect = (long * theta) / e - 1e-6;
  const clear = short * (1 - theta / e) + 1e-6;
  const failing = Math.ceil(detect) + short + 2;
  const after = Math.ceil(clear) + 4;
  const bad = Math.round(e * RATE);
  const counter = (before: number, during: number) =>
    `0+${before}x${long} ${before * long + during}+${during}x${failing - 1} ${before * long + during * failing + before}+${before}x${after}`;
  const at = (minute: number, firing: boolean) => ({
    expr: 'count(ALERTS{alertstate="firing"})',
    eval_time: `${minute}m`,
    exp_samples: firing ? [{ labels: '{}', value: 1 }] : [],
  });
  return {
    interval: '1m',
    input_series: [
      { series: 'events_total{outcome="good"}', values: counter(RATE, RATE - bad) },
      { series: 'events_total{outcome="bad"}', values: counter(0, bad) },
    ],
    promql_expr_test: [
      at(long + Math.ceil(detect) - 1, false),
      at(long + Math.ceil(detect) + 1, true),
      at(long + failing + Math.max(0, Math.floor(clear) - 1), true),
      at(long + failing + Math.floor(clear) + 2, false),
    ],
  };
}

for (const objective of OBJECTIVES) {
  for (const days of PERIOD_DAYS) {
    const slo = sloOf(objective, days);
    for (const tier of slo.tiers) {
      const name = `${objective} ${days} ${tier.id}`;
      const isWanted = process.env.CNAPP_CLOSED_FORM === 'all' || SAMPLE.includes(name);
      if (!isReachable(tier, slo.objective)) {
        test(`${tier.id} at ${objective} over ${days} d can never fire, and fails the lint`, () => {
          const found = lint([slo], DEFAULT_OPTIONS).filter(({ code }) => code === 'lint.unreachable_tier');
          assert.ok(found.some(({ severity, message }) => severity === 'error' && message.startsWith(tier.id)));
        });
        continue;
      }
      if (!isWanted) continue;
      const theta = toNumber(threshold(tier, slo.objective));
      test(`${tier.id} at ${objective} over ${days} d (θ = ${format(threshold(tier, slo.objective))}) fires and clears on time`, {
        skip: promtool.skip,
      }, async () => {
        const folder = await mkdtemp(join(tmpdir(), 'cnapp-closed-form-'));
        try {
          const bare = { ...slo, period: { ...slo.period, ms: DAY_MS / 24 }, tiers: [{ ...tier, keepFiringForMs: 0 }] };
          await writeFile(
            join(folder, 'rules.yaml'),
            compile([bare], DEFAULT_OPTIONS).get('prometheus/web.yaml') ?? '',
          );
          const tests = [1, (1 + theta) / 2].map((e) => cycle(tier, theta, e));
          const file = { rule_files: ['rules.yaml'], evaluation_interval: '1m', tests };
          await writeFile(join(folder, 'test.yaml'), JSON.stringify(file));
          await run(promtool.path, ['test', 'rules', join(folder, 'test.yaml')]);
        } finally {
          await rm(folder, { recursive: true });
        }
      });
    }
  }
}
