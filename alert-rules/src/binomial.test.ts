import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bernsteinBound, criticalSteps, criticalValue, falseAlertShare } from './binomial.ts';
import { compile } from './compile.ts';
import { DAY_MS, HOUR_MS } from './duration.ts';
import { DEFAULT_OPTIONS } from './options.ts';
import { decimal, ONE, subtract, toNumber } from './rational.ts';
import { readSlos } from './read.ts';
import { ladderAlpha } from './regimes.ts';
import type { Slo } from './slo.ts';

const WINDOWS = { '6h': 6 * HOUR_MS, '1d': DAY_MS, '3d': 3 * DAY_MS, '7d': 7 * DAY_MS };
const alphaOf = (window: keyof typeof WINDOWS) => falseAlertShare(ONE, 4, WINDOWS[window]);

/** The table of the low-traffic reference: at 0.25 false alerts a year and window. */
for (const [objective, window, want] of [
  ['0.99', '6h', [0, 2, 11, 28, 51, 81]],
  ['0.99', '1d', [0, 4, 17, 39, 69, 104]],
  ['0.99', '3d', [0, 7, 25, 53, 88, 129]],
  ['0.99', '7d', [0, 10, 34, 67, 108, 154]],
  ['0.995', '1d', [0, 7, 34, 78, 137]],
  ['0.999', '1d', [0, 37, 167, 387]],
] as const) {
  test(`critical values at ${objective} over ${window} step at ${want.join(', ')}`, () => {
    const { steps } = criticalSteps(subtract(ONE, decimal(objective)), alphaOf(window), Math.max(...want) + 1);
    assert.deepEqual(steps, want);
  });
}

interface Golden {
  objective: string;
  window: keyof typeof WINDOWS;
  kcrit: number[];
}
const goldens = JSON.parse(readFileSync(new URL('../testdata/kcrit.json', import.meta.url), 'utf8')) as Golden[];

for (const { objective, window, kcrit } of goldens) {
  test(`critical values at ${objective} over ${window} equal scipy's for every n up to ${kcrit.length}`, () => {
    const p = subtract(ONE, decimal(objective));
    const alpha = ladderAlpha({ falseAlertsPerYear: ONE }, WINDOWS[window]);
    const table = criticalSteps(p, alpha, kcrit.length);
    const ours = kcrit.map((_, i) => criticalValue(table, i + 1, toNumber(p), toNumber(alpha)));
    assert.deepEqual(ours, kcrit);
  });

  test(`the rule that is compiled at ${objective} over ${window} counts up to the same values`, () => {
    const rules = compile([sloOf(objective)], DEFAULT_OPTIONS).get('prometheus/web.yaml') ?? '';
    const [, rule = ''] = rules.split(`record: cnapp:slo_critical:count_${window}\n`);
    const [table = ''] = rule.split(' <= 1000');
    const steps = [...table.matchAll(/> bool (\d+)/g)].map(([, step]) => Number(step));
    assert.deepEqual(
      kcrit.map((_, i) => 1 + steps.filter((step) => i + 1 > step).length),
      kcrit,
    );
  });
}

function sloOf(objective: string): Slo {
  const metric = '{ metricSource: { type: Prometheus, spec: { query: e_total } } }';
  const text = `
apiVersion: openslo/v1
kind: SLO
metadata: { name: web, annotations: { cnapp-slo.dev/exact-counts: counts } }
spec:
  service: shop
  indicator: { metadata: { name: web }, spec: { ratioMetric: { counter: true, bad: ${metric}, total: ${metric} } } }
  timeWindow: [{ duration: 28d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: ${objective} }]`;
  const [slo] = readSlos([{ path: 'web.yaml', text }]).slos;
  assert.ok(slo);
  return slo;
}

test('a table that was cut says up to where it is exact, and the bound takes over above', () => {
  const p = decimal('0.05');
  const alpha = alphaOf('1d');
  const whole = criticalSteps(p, alpha, 1000);
  const cut = criticalSteps(p, alpha, 1000, 10);
  assert.deepEqual(cut.steps, whole.steps.slice(0, 10));
  assert.equal(cut.exactUpTo, whole.steps[10]);
  const exact = criticalValue(whole, 1000, 0.05, toNumber(alpha));
  const bound = criticalValue(cut, 1000, 0.05, toNumber(alpha));
  assert.ok(bound >= exact && bound < exact * 1.2, `${bound} bounds ${exact}`);
  assert.equal(bound, Math.ceil(bernsteinBound(1000, 0.05, toNumber(alpha))));
});
