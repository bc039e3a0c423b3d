import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS } from './duration.ts';
import { decimal, format } from './rational.ts';
import { defaultTiers, isReachable, lowestObjective, threshold } from './tiers.ts';

const factors = (days: number) => defaultTiers(days * DAY_MS).map((tier) => format(tier.factor));

test('30 days give the factors of the SRE Workbook', () => {
  assert.deepEqual(factors(30), ['14.4', '6', '3', '1']);
});

test('28 days give 13.44, 5.6, 2.8, and a slow ticket of 0.933 is raised to 1', () => {
  assert.deepEqual(factors(28), ['13.44', '5.6', '2.8', '1']);
});

test('no factor is below 1, whatever the period', () => {
  // 7 d: 0.02·168 = 3.36 and 0.05·168/6 = 1.4; 0.1·7 = 0.7 and 0.1·7/3 = 0.233 are raised.
  assert.deepEqual(factors(7), ['3.36', '1.4', '1', '1']);
});

test('the 14.4 tier needs an objective above 93.06 %, the 6 tier above 83.3 %, the 3 tier above 66.7 %', () => {
  const percents = defaultTiers(30 * DAY_MS).map((tier) => (Number(format(lowestObjective(tier))) * 100).toFixed(2));
  assert.deepEqual(percents, ['93.06', '83.33', '66.67', '0.00']);
});

test('a threshold of a total outage counts as unreachable', () => {
  const [fast] = defaultTiers(30 * DAY_MS);
  assert.ok(fast);
  assert.equal(isReachable(fast, decimal('0.93')), false);
  assert.equal(isReachable(fast, decimal('0.95')), true);
  assert.equal(isReachable({ factor: decimal('10') }, decimal('0.9')), false);
});

test('thresholds are exact decimals', () => {
  const [fast] = defaultTiers(30 * DAY_MS);
  assert.ok(fast);
  assert.equal(format(threshold(fast, decimal('0.999'))), '0.0144');
});
