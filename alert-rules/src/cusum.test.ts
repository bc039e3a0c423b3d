import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CUSUM_FACTORS, cusumStatistic, cusumThreshold, newCusum, stepCusum } from './cusum.ts';

const single = { p0: 0.01, factors: [10] };

function run(bads: boolean[], settings = single) {
  return bads.reduce((state, bad, i) => stepCusum(state, settings, bad, i), newCusum(settings));
}

test('a miss weighs ln(p1/p0), a good event ln((1 − p1)/(1 − p0))', () => {
  // ln(0.1/0.01) = ln 10; ln(0.9/0.99) = −0.095310.
  assert.ok(Math.abs(cusumStatistic(run([true])) - Math.LN10) < 1e-6);
  assert.ok(Math.abs(cusumStatistic(run([true, false, true])) - (2 * Math.LN10 - 0.09531)) < 1e-5);
});

test('good events never build up credit against later misses', () => {
  const credit = Array.from({ length: 1000 }, () => false);
  assert.equal(cusumStatistic(run(credit)), 0);
  assert.ok(Math.abs(cusumStatistic(run([...credit, true])) - Math.LN10) < 1e-6);
});

test('the last reset is where the run of misses began', () => {
  assert.equal(run([false, false, true, false, true]).lastResetMs, 1);
});

test('a mixture is the mean of its likelihood ratios', () => {
  // After one miss at p0 = 0.01 the ratios are 3, 6, 14.4 and 50: ln(73.4 / 4) = 2.909630.
  assert.ok(Math.abs(cusumStatistic(run([true], { p0: 0.01, factors: [...CUSUM_FACTORS] })) - 2.90963) < 1e-5);
});

test('alternatives beyond certainty are left out', () => {
  assert.equal(newCusum({ p0: 0.05, factors: CUSUM_FACTORS }).logs.length, 3);
  assert.equal(newCusum({ p0: 0.8, factors: CUSUM_FACTORS }).logs.length, 1);
});

test('12 events a day and 90 quiet days give a threshold of ln 1080', () => {
  assert.equal(cusumThreshold(12, 90), Math.log(1080));
});
