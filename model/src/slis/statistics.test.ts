import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mean, poissonTail, quantile, robustZ, share, theilSen, wilsonInterval } from './statistics.ts';
import { kaplanMeier, restrictedMean, type SurvivalTime, survivalAt } from './survival.ts';

interface Goldens {
  survival: { times: SurvivalTime[]; tau: number; rmst: number; at: number[]; survival: number[] }[];
  wilson: { successes: number; trials: number; low: number; high: number }[];
  poisson: { k: number; lambda: number; tail: number }[];
  theilSen: { values: number[]; slope: number; low: number; high: number }[];
  robustZ: { value: number; usual: number[]; z: number }[];
}

/** Written by `testdata/statistics.py` with scipy and lifelines. */
const goldens = JSON.parse(readFileSync(join(import.meta.dirname, 'testdata/statistics.json'), 'utf8')) as Goldens;

function near(actual: number | null | undefined, expected: number): void {
  const tolerance = 1e-9 * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= tolerance, `${actual} is not ${expected}`);
}

test('an empty set has no mean, no quantile and no share: null, never zero', () => {
  assert.deepEqual([mean([]), quantile([], 0.5), share(0, 0)], [null, null, null]);
  assert.deepEqual([wilsonInterval(0, 0), theilSen([1]), robustZ(5, [])], [null, null, null]);
});

test('quantiles interpolate as R type 7 does', () => {
  // R: quantile(c(1, 2, 4, 8), c(.5, .9)) → 3.0, 6.8
  assert.equal(quantile([8, 1, 4, 2], 0.5), 3);
  near(quantile([8, 1, 4, 2], 0.9), 6.8);
});

test('the order of the values cannot change a mean', () => {
  const values = [0.1, 1e16, 0.3, -1e16, 0.7];
  assert.equal(mean(values), mean(values.toReversed()));
});

test('Kaplan–Meier follows the textbook hand calculation', () => {
  // Times 6 6 6 6+ 7 9+ 10 10+ (the first eight of Freireich's 6-MP arm, taken as the whole sample of 8):
  // S(6) = 1 − 3/8 = .625 · S(7) = .625 × (1 − 1/4) = .46875 · S(10) = .46875 × (1 − 1/2) = .234375
  const steps = kaplanMeier([
    { seconds: 6, stopped: true },
    { seconds: 10, stopped: false },
    { seconds: 6, stopped: true },
    { seconds: 7, stopped: true },
    { seconds: 6, stopped: false },
    { seconds: 9, stopped: false },
    { seconds: 6, stopped: true },
    { seconds: 10, stopped: true },
  ]);
  assert.deepEqual(steps, [
    { seconds: 6, survival: 0.625 },
    { seconds: 7, survival: 0.46875 },
    { seconds: 10, survival: 0.234375 },
  ]);
  assert.deepEqual([survivalAt(steps, 5.9), survivalAt(steps, 8), survivalAt(steps, 100)], [1, 0.46875, 0.234375]);
  // Area to 12: 6×1 + 1×.625 + 3×.46875 + 2×.234375 = 8.5
  assert.equal(restrictedMean(steps, 12), 8.5);
});

test('with everything censored nothing is known to stop', () => {
  const steps = kaplanMeier([{ seconds: 5, stopped: false }]);
  assert.deepEqual([steps, restrictedMean(steps, 28)], [[], 28]);
});

test('Kaplan–Meier and RMST equal lifelines on 50 random censored samples', () => {
  assert.equal(goldens.survival.length, 50);
  for (const golden of goldens.survival) {
    const steps = kaplanMeier(golden.times);
    near(restrictedMean(steps, golden.tau), golden.rmst);
    for (const [index, at] of golden.at.entries()) near(survivalAt(steps, at), golden.survival[index] ?? Number.NaN);
  }
});

test('Wilson’s interval equals scipy’s', () => {
  for (const { successes, trials, low, high } of goldens.wilson) {
    near(wilsonInterval(successes, trials)?.low, low);
    near(wilsonInterval(successes, trials)?.high, high);
  }
});

test('the Poisson tail equals scipy’s, also where it is tiny', () => {
  for (const { k, lambda, tail } of goldens.poisson) {
    near(poissonTail(k, lambda), tail);
    if (tail > 0 && tail < 1e-6) near(poissonTail(k, lambda) / tail, 1);
  }
});

test('Theil–Sen slope and interval equal scipy’s', () => {
  for (const { values, slope, low, high } of goldens.theilSen) {
    const trend = theilSen(values);
    near(trend?.slope, slope);
    near(trend?.low, low);
    near(trend?.high, high);
  }
});

test('robust z equals scipy’s median and MAD', () => {
  for (const { value, usual, z } of goldens.robustZ) near(robustZ(value, usual), z);
});
