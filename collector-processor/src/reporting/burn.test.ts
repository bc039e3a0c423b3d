import assert from 'node:assert/strict';
import { test } from 'node:test';
import { burnOf } from './burn.ts';
import { bucket, change, DAY, fail, HOUR, MINUTE, Stage, workload } from './test-stage.ts';

/** Errors of these minutes ago until now; 5 % are allowed. */
const since = (minutes: number, ratio: number) =>
  burnOf(0.05, (spanMs) => ratio * Math.min(1, (minutes * MINUTE) / spanMs));

test('rates are multiples of what is allowed', () => {
  const { rates } = since(60, 0.5);
  // 50 % for an hour: 10 times; a sixth of it over 6 h, a 24th over a day, a 72nd over three.
  assert.deepEqual(rates, { '1h': 10, '6h': 0.5 / 6 / 0.05, '1d': 0.5 / 24 / 0.05, '3d': 0.5 / 72 / 0.05 });
});

const cases: [what: string, minutes: number, ratio: number, fires: boolean][] = [
  ['13.44 times for an hour: 67.2 %', 60, 0.672, true],
  ['less than that for an hour', 60, 0.671, false],
  ['5.6 times for six hours: 28 %', 360, 0.28, true],
  ['2.8 times for a day: 14 %', 1440, 0.14, true],
  ['the budgeted rate for three days: no factor is below 1', 3 * 1440, 0.05, true],
  ['a little less than budgeted', 3 * 1440, 0.049, false],
];
for (const [what, minutes, ratio, fires] of cases)
  test(`${what}: ${fires ? 'a tier fires' : 'none does'}`, () => assert.equal(since(minutes, ratio).isFiring, fires));

test('what burnt, and has stopped, fires no more', () => {
  // All bad, but for the last six hours.
  const over = burnOf(0.05, (spanMs) => Math.max(0, (spanMs - 6 * HOUR) / spanMs));
  assert.deepEqual([over.rates['1d'], over.isFiring], [15, false]);
});

test('a firing tier puts an SLI at risk while most of its budget is left', async () => {
  const stage = new Stage();
  const asset = (index: number) => ({ ...bucket, id: `arn:aws:s3:::b${index}` });
  const seen = async (at: number, indexes: readonly number[], verdict: 'pass' | 'fail') =>
    stage.receive(
      at,
      'ocsf',
      indexes.map((index) => fail(at, { asset: asset(index), verdict })),
    );
  const first = Array.from({ length: 79 }, (_, index) => index);
  await seen(0, [...first, 79], 'pass');
  await seen(10 * MINUTE, first, 'fail'); // 79 in time: ten minutes at most since their last PASS
  await seen(10 * DAY, [79], 'fail'); // one that failed at some time in ten days
  const at = async (more: number) => {
    await stage.receive(10 * DAY + more, 'cloudtrail', [change(10 * DAY + more, { assets: [workload] })]);
    await seen(10 * DAY + more, first, 'fail');
    const report = stage.slis.get('mttd-config');
    return [report?.good, report?.bad, report?.budget.remaining, report?.status];
  };
  // 1 − 1 / (0.05 × 80) = 75 % left; of the last hour and five minutes everything is bad: 20 times.
  assert.deepEqual(await at(MINUTE), [79, 1, 0.75, 'at_risk']);
  assert.deepEqual(await at(5 * HOUR), [79, 1, 0.75, 'at_risk']); // three days and their last six hours
  assert.deepEqual(await at(7 * HOUR), [79, 1, 0.75, 'ok']);
});
