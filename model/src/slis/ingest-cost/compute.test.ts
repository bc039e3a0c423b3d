import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, HOUR, labelled, T0 } from '../../domain/story.ts';
import type { VolumeRow } from '../../sampling/volume.ts';
import { DEFAULT_SLI_POLICY, inputOf } from '../input.ts';
import type { SourceView } from '../sli.ts';
import { detection } from '../test-facts.ts';
import { compute } from './compute.ts';

const TODAY = T0 / DAY;

/** Bytes of the days from T0 on; a tenth as many records. */
function source(id: string, ...bytes: number[]): SourceView {
  const days = Object.fromEntries(bytes.map((size, index) => [TODAY + index, [size / 10, size] as const]));
  return { id, tenant: 'default', format: 'test', days };
}

const over = (sources: readonly SourceView[], days: number, ingestBudgetBytes: number | null = null) =>
  compute(inputOf({ sources }, T0 + (days - 28) * DAY, T0 + days * DAY, { ...DEFAULT_SLI_POLICY, ingestBudgetBytes }));

test('bytes of all sources over complete days: 1000 + 2000 + 500', () => {
  const { value, companions } = over([source('a', 1000, 2000), source('b', 500)], 2);
  assert.deepEqual([value, companions.per_day, companions.records], [3500, 1750, 350]);
});

test('the running day is not counted', () => {
  const sources = [source('a', 1000, 2000)];
  assert.equal(compute(inputOf({ sources }, T0 - DAY, T0 + DAY + 23 * HOUR)).value, 1000);
});

test('days over and within the budget, and the share of it', () => {
  const { good, bad, companions } = over([source('a', 1000, 3000, 2000)], 3, 2000);
  assert.deepEqual([good, bad, companions.budget_share], [2, 1, 1]); // 6000 of 3 × 2000
  assert.equal(over([source('a', 1000)], 1).companions.budget_share, null);
});

test('the forecast goes on along the Theil–Sen line: 100 more each day', () => {
  // Days 0–3: 100, 200, 300, 400. Days 4–10: 500 + … + 1100 = 5600.
  assert.equal(over([source('a', 100, 200, 300, 400)], 4).companions.forecast_7d, 5600);
  // Falling to nothing it stays there: 400, 300, 200, 100, then seven times 0.
  assert.equal(over([source('a', 400, 300, 200, 100)], 4).companions.forecast_7d, 0);
});

test('a day without a record between others is a day of 0 bytes', () => {
  const gap = { ...source('a', 100), days: { ...source('a', 100).days, [TODAY + 2]: [1, 200] as const } };
  assert.deepEqual([over([gap], 3).value, over([gap], 3).companions.per_day], [300, 100]);
});

test('bytes for each true alert', () => {
  const episodes = [...detection('f_1', HOUR, [labelled(2 * HOUR, 'tp')]), ...detection('f_2', HOUR)];
  const input = inputOf({ sources: [source('a', 1000)], episodes }, T0, T0 + DAY);
  assert.equal(compute(input).companions.bytes_per_true_alert, 1000);
});

test('bytes by tier and of the largest source, over complete days', () => {
  const row = (day: number, tier: 'T0' | 'T2' | null, bytes: number): VolumeRow => ({
    day: TODAY + day,
    tenant: 'default',
    source: 'a',
    tier,
    assetClass: null,
    eventClass: 'finding',
    events: 1,
    bytes,
  });
  const a = {
    ...source('a', 1000, 2000),
    volumes: [row(0, 'T0', 600), row(0, null, 400), row(1, 'T2', 2000), row(2, 'T0', 9)],
  };
  const { companions } = over([a, source('b', 500, 500)], 2);
  const { bytes_t0, bytes_t1, bytes_t2, bytes_t3, bytes_unknown, largest_source } = companions;
  assert.deepEqual([bytes_t0, bytes_t1, bytes_t2, bytes_t3, bytes_unknown], [600, 0, 2000, 0, 400]); // day 2 still runs
  assert.equal(largest_source, 3000 / 4000);
  assert.equal(over([source('b', 500)], 1).companions.bytes_t0, null);
});

test('nothing received is null', () => {
  const { value, companions } = over([], 1);
  assert.deepEqual([value, companions.forecast_7d, companions.bytes_per_true_alert], [null, null, null]);
});
