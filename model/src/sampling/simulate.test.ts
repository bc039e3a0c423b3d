import assert from 'node:assert/strict';
import { test } from 'node:test';
import { burstyStream } from './bursty-stream.ts';
import { optimalPolicy, paretoCurve } from './pareto.ts';
import { DEFAULT_SAMPLING, type SamplingPolicy } from './policy.ts';
import { bytesOf, type RecordedItem } from './recording.ts';
import { replay } from './replay.ts';
import { seeded } from './seeded.ts';
import { type SimulationSettings, simulate } from './simulate.ts';
import { hostMinute } from './unit.ts';

const DAY = 86_400;
const prices = { ingestPerGb: 0.5, storedPerGbMonth: 0, retentionMonths: 0 };
const settings = (policy: SamplingPolicy = DEFAULT_SAMPLING): SimulationSettings => ({ policy, prices, seconds: DAY });
const near = (actual: number | null, expected: number, within = 1e-4): void =>
  assert.ok(Math.abs((actual ?? Number.NaN) / expected - 1) <= within, `${actual}, not ${expected}`);

function item(more: Partial<RecordedItem>): RecordedItem {
  const { atMs = 0, asset = 'host' } = more;
  return {
    atMs,
    events: 1,
    bytes: 100,
    unit: hostMinute(asset, atMs),
    template: 't',
    asset,
    criticality: 'c2',
    tier: 'T2',
    source: 's',
    eventClass: 'log',
    rule: null,
    phase: null,
    ...more,
  };
}

/** A day of twenty hosts: the same kind of day for every seed, but other units. */
function day(seed: number): RecordedItem[] {
  return burstyStream(seed, 20 * 1440).flatMap(({ items }, unit) => {
    const at = { atMs: Math.floor(unit / 20) * 60_000, asset: `host-${unit % 20}` };
    return Array.from({ length: items }, () => item(at));
  });
}

test('by hand: two units at a tenth, one alert group that left a trace in both, a finding', () => {
  const phase = { rule: 'shell', phase: 'attack' };
  const {
    total,
    tiers,
    rules,
    never_drop: neverDrop,
  } = simulate(
    [
      item({ ...phase, atMs: 0 }),
      item({ ...phase, atMs: 120_000 }),
      item({ ...phase, atMs: 121_000 }),
      item({ eventClass: 'finding', bytes: 1000 }),
    ],
    settings(),
  );
  // Kept: 1000 + .1 × (100 + 200); variance .1 × .9 × (100² + 200²).
  near(total.kept_bytes, 1030);
  near(total.kept_bytes_sigma, Math.sqrt(0.09 * 50_000));
  // 1 − .9² = .19; seen first after 120 s with chance .9 × .1: .09 × 120 / .19.
  near(total.recall, 0.19);
  near(total.added_delay_seconds, (0.09 * 120) / 0.19);
  assert.deepEqual([neverDrop.events, neverDrop.lost, neverDrop.upper_bound], [1, 0, 1]);
  assert.equal(tiers.find(({ tier }) => tier === 'T2')?.events, 4);
  assert.equal(rules[0]?.alerts, 3);
});

test('101 items of one template become a summary with three exemplars; in T0 they stay', () => {
  const many = Array.from({ length: 101 }, () => item({}));
  assert.equal(simulate(many, settings()).total.kept_bytes, 3 * 100 + 400);
  assert.equal(simulate(many, settings()).total.relative_error, 0);
  const whole = many.map((one) => ({ ...one, tier: 'T0' as const }));
  assert.equal(simulate(whole, settings()).total.kept_bytes, 10_100);
});

test('an hour of a critical asset is covered when each of its classes is seen', () => {
  const c1 = { criticality: 'c1', tier: 'T1' } as const;
  // Two classes in one hour, a unit each at ½.
  const items = [item({ ...c1 }), item({ ...c1, eventClass: 'network', atMs: 60_000 })];
  assert.equal(simulate(items, settings()).critical_coverage, 0.5);
  assert.equal(simulate([item({})], settings()).critical_coverage, null);
});

/** The lines of a light unit as one item; a heavy one has more than a hundred. Tiers as an estate has them. */
function dayOfThreeHundredHosts(seed: number): RecordedItem[] {
  return burstyStream(seed, 300 * 1440).flatMap(({ items }, unit) => {
    const host = unit % 300;
    const tier = host % 4 === 0 ? 'T1' : host % 4 === 3 ? 'T3' : 'T2';
    const at = { atMs: Math.floor(unit / 300) * 60_000, asset: `host-${host}`, tier } as const;
    return items <= 100 ? [item({ ...at, bytes: items * 100 })] : Array.from({ length: 150 }, () => item(at));
  });
}

test('what a day predicts holds on another: kept bytes within 3 standard deviations, cost within 2 %', (context) => {
  const predicted = simulate(dayOfThreeHundredHosts(1), settings()).total;
  const [actual] = replay(dayOfThreeHundredHosts(2), DEFAULT_SAMPLING, [seeded(2)]);
  const off = (actual?.keptBytes ?? 0) - predicted.kept_bytes;
  const sigma = predicted.other_window_sigma;
  context.diagnostic(`${(off / sigma).toFixed(2)} σ, ${((off / predicted.kept_bytes) * 100).toFixed(2)} %`);
  assert.ok(sigma < 0.01 * predicted.kept_bytes, 'a prediction that says something');
  assert.ok(Math.abs(off) <= 3 * sigma);
  assert.ok(Math.abs(off) <= 0.02 * predicted.kept_bytes); // cost goes by bytes
});

test('the closed form is the mean of replays', () => {
  const items = day(5)
    .slice(0, 40_000)
    .map((one, index) => (index % 50 === 0 ? { ...one, phase: `p${index % 7}` } : one));
  const { total } = simulate(items, settings());
  const draws = replay(
    items,
    DEFAULT_SAMPLING,
    Array.from({ length: 200 }, (_, seed) => seeded(seed)),
  );
  const mean = draws.reduce((sum, { keptBytes }) => sum + keptBytes, 0) / 200;
  assert.ok(Math.abs(mean - total.kept_bytes) <= (3 * total.kept_bytes_sigma) / Math.sqrt(200));
});

test('the best allocation spends the budget, keeps what is whole, and counts better than one probability for all', () => {
  const items = [
    ...day(6)
      .slice(0, 20_000)
      .map((one) => ({ ...one, tier: 'T1' as const, asset: `a${one.asset}`, bytes: 1000 })),
    ...day(7)
      .slice(0, 20_000)
      .map((one) => ({ ...one, tier: 'T3' as const, bytes: 50 })),
    item({ tier: 'T0', asset: 'crown' }),
  ];
  const budget = bytesOf(items) * 0.3;
  const best = optimalPolicy(items, DEFAULT_SAMPLING, budget) ?? assert.fail();
  const result = simulate(items, settings(best));
  near(result.total.kept_bytes, budget, 0.01);
  assert.equal(best.probability.T0, 1);
  const flat = (p: number) =>
    simulate(items, settings({ ...DEFAULT_SAMPLING, probability: { T0: 1, T1: p, T2: p, T3: p } }));
  let [low, high] = [0.001, 1];
  for (let step = 0; step < 30; step += 1) {
    const middle = (low + high) / 2;
    if (flat(middle).total.kept_bytes < budget) low = middle;
    else high = middle;
  }
  assert.ok(result.total.relative_error < flat(low).total.relative_error);
  assert.equal(optimalPolicy(items, DEFAULT_SAMPLING, 10), null);
});

test('along the Pareto curve more money buys more recall', () => {
  const items = day(8)
    .slice(0, 20_000)
    .map((one, index) => (index % 100 === 0 ? { ...one, phase: `p${index}` } : one));
  const curve = paretoCurve(items, settings(), ['T0'], 10);
  assert.ok(curve.length > 3);
  for (const [index, point] of curve.entries()) {
    const next = curve[index + 1];
    if (!next) continue;
    assert.ok(point.cost_per_month > next.cost_per_month);
    assert.ok((point.recall ?? 0) > (next.recall ?? 0));
  }
});
