import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CUSUM_FACTORS, CusumWatch, cusumStatistic, cusumThreshold, newCusum, stepCusum } from './cusum.ts';
import { DAY_MS, HOUR_MS } from './duration.ts';

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

const watched = { ...single, quietDays: 90, periodMs: 28 * DAY_MS };
const twoHourly = (watch: CusumWatch, from: number, to: number, bad: boolean) => {
  for (let i = from; i < to; i++) watch.see(bad, i * 2 * HOUR_MS);
};

test('the threshold follows the traffic of the period, and of a shorter history as far as it goes', () => {
  const watch = new CusumWatch(watched);
  twoHourly(watch, 0, 12 * 7, false);
  // 84 events in seven days less two hours: 12.14 a day. After four weeks of silence there is no traffic, and nothing is an alarm.
  assert.ok(Math.abs(watch.at(7 * DAY_MS - 2 * HOUR_MS).threshold - Math.log((84 / (7 - 1 / 12)) * 90)) < 1e-9);
  assert.equal(watch.at(36 * DAY_MS).threshold, Number.POSITIVE_INFINITY);
});

test('an alarm that is over starts anew, 42 hours after its last miss', () => {
  const watch = new CusumWatch(watched);
  twoHourly(watch, 0, 100, false);
  // Twelve misses: 12 · ln 10 = 27.6, far above ln 1080 = 7.0.
  twoHourly(watch, 100, 112, true);
  const lastMissMs = 111 * 2 * HOUR_MS;
  assert.ok(watch.at(lastMissMs + 41 * HOUR_MS).statistic > 27);
  const { statistic, lastResetMs } = watch.at(lastMissMs + 42 * HOUR_MS);
  assert.deepEqual([statistic, lastResetMs], [0, lastMissMs + 42 * HOUR_MS]);
  watch.see(true, lastMissMs + 43 * HOUR_MS);
  assert.ok(watch.at(lastMissMs + 43 * HOUR_MS).statistic < 3, 'one miss is one miss again');
});

test('what is no alarm does not end by itself', () => {
  const watch = new CusumWatch(watched);
  twoHourly(watch, 0, 100, false);
  watch.see(true, 200 * HOUR_MS);
  assert.ok(Math.abs(watch.at(250 * HOUR_MS).statistic - Math.LN10) < 1e-9);
});
