import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kaplanMeier, mean, quantile, restrictedMean, survivalAt } from './statistics.ts';

test('an empty set has no mean and no quantile: null, never zero', () => {
  assert.deepEqual([mean([]), quantile([], 0.5)], [null, null]);
});

test('quantiles interpolate as R type 7 does', () => {
  // R: quantile(c(1, 2, 4, 8), c(.5, .9)) → 3.0, 6.8
  assert.equal(quantile([8, 1, 4, 2], 0.5), 3);
  assert.ok(Math.abs((quantile([8, 1, 4, 2], 0.9) ?? 0) - 6.8) < 1e-12);
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
