import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adaptiveThreshold } from './adaptive.ts';
import { allocate } from './allocation.ts';
import { burstyStream } from './bursty-stream.ts';
import { chanceSeen, meanDelaySeconds } from './detection.ts';
import { estimateRatio, estimateTotal, studentQuantile, upperBoundLoss, upperBoundUnseen } from './estimate.ts';
import { seeded } from './seeded.ts';
import { adjustedCount, isKept, probabilityOf } from './threshold.ts';

const DRAWS = 4000;
const HEAVY = 100;
const near = (actual: number | null, expected: number, within = 1e-12): void =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= within * Math.max(1, Math.abs(expected)), `${actual}`);

const stream = burstyStream(1);
const truth = {
  items: stream.reduce((sum, unit) => sum + unit.items, 0),
  failed: stream.reduce((sum, unit) => sum + unit.failed, 0),
};

for (const p of [0.1, 0.05]) {
  test(`p = ${p}: estimates are unbiased and 95 % intervals cover .93 to .97, over ${DRAWS} draws`, (context) => {
    const random = seeded(11);
    let total = 0;
    let square = 0;
    let totalCovers = 0;
    let ratioCovers = 0;
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const units = stream.flatMap(({ items, failed }) => {
        const probability = items > HEAVY ? 1 : p; // a heavy unit is one exact summary
        return random() < probability ? [{ probability, y: failed, x: items }] : [];
      });
      const estimate = estimateTotal(units.map(({ probability, x }) => ({ probability, y: x })));
      total += estimate.value;
      square += estimate.value ** 2;
      if (estimate.low <= truth.items && truth.items <= estimate.high) totalCovers += 1;
      const ratio = estimateRatio(units);
      if (ratio && ratio.low <= truth.failed / truth.items && truth.failed / truth.items <= ratio.high)
        ratioCovers += 1;
    }
    const mean = total / DRAWS;
    const standardError = Math.sqrt((square / DRAWS - mean ** 2) / DRAWS);
    const bias = (mean - truth.items) / standardError;
    context.diagnostic(
      `bias ${bias.toFixed(2)} standard errors; coverage ${totalCovers / DRAWS} of the total, ${ratioCovers / DRAWS} of the ratio`,
    );
    assert.ok(Math.abs(bias) <= 3, `bias of ${bias} standard errors`);
    for (const [name, covers] of Object.entries({ total: totalCovers / DRAWS, ratio: ratioCovers / DRAWS }))
      assert.ok(covers >= 0.93 && covers <= 0.97, `the ${name}'s interval covers ${covers}`);
  });
}

test('what goes wrong otherwise: without heavy units apart the intervals miss, with variances by item they nearly always do', () => {
  const random = seeded(12);
  let plain = 0;
  let byItem = 0;
  for (let draw = 0; draw < 1000; draw += 1) {
    const kept = stream.filter(() => random() < 0.1);
    const value = kept.reduce((sum, { items }) => sum + items * 10, 0);
    const reach = (squares: number): number => 1.96 * Math.sqrt((0.9 / 0.01) * squares);
    if (Math.abs(value - truth.items) <= reach(kept.reduce((sum, { items }) => sum + items ** 2, 0))) plain += 1;
    if (Math.abs(value - truth.items) <= reach(kept.reduce((sum, { items }) => sum + items, 0))) byItem += 1;
  }
  assert.ok(plain / 1000 < 0.9, `${plain / 1000}`);
  assert.ok(byItem / 1000 < 0.3, `${byItem / 1000}`);
});

test('adaptive threshold, k = 10: unbiased over 20,000 draws, and the last kept instead is 11 % too high', () => {
  const random = seeded(13);
  const sizes = Array.from({ length: 200 }, () => 1 + Math.floor(random() * 9));
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  let total = 0;
  let square = 0;
  let lastKept = 0;
  for (let draw = 0; draw < 20_000; draw += 1) {
    const units = sizes.map((y) => ({ y, size: 1, randomness: digits(random) }));
    const threshold = adaptiveThreshold(units, 10) ?? assert.fail();
    const kept = units.filter(({ randomness }) => isKept(randomness, threshold));
    assert.equal(kept.length, 10);
    const sum = kept.reduce((all, { y }) => all + y, 0);
    const value = sum * adjustedCount(threshold);
    total += value;
    square += value ** 2;
    lastKept += sum / probabilityOf(kept.map(({ randomness }) => randomness).sort()[0] ?? '');
  }
  const mean = total / 20_000;
  const standardError = Math.sqrt((square / 20_000 - mean ** 2) / 20_000);
  assert.ok(Math.abs(mean - whole) <= 3 * standardError, `${(mean - whole) / standardError} standard errors`);
  // E[10 / U₁₀] = n·10/9: a tenth of ten units more.
  near(lastKept / 20_000 / whole, 10 / 9, 0.02);
});

function digits(random: () => number): string {
  const half = (): string =>
    Math.floor(random() * 2 ** 28)
      .toString(16)
      .padStart(7, '0');
  return half() + half();
}

test('a byte budget is filled from the highest randomness down, and stops at the first that does not fit', () => {
  const unit = (randomness: string, size: number) => ({ randomness: randomness.padEnd(14, '0'), size });
  const units = [unit('2', 1), unit('f', 50), unit('8', 60), unit('4', 10)];
  assert.equal(adaptiveThreshold(units, 100), '80000000000001'); // 50, then 110
  assert.equal(adaptiveThreshold(units, 121), '00000000000000');
  assert.equal(adaptiveThreshold(units, 0), 'f0000000000001');
});

test('by hand: two of ten units kept at ½ and one for certain', () => {
  // 3/½ + 5/½ + 7 = 23; V = (½/¼)·(9 + 25) = 68.
  const { value, variance, certainty } = estimateTotal([
    { probability: 0.5, y: 3 },
    { probability: 0.5, y: 5 },
    { probability: 1, y: 7 },
  ]);
  assert.deepEqual([value, variance, certainty], [23, 68, 'estimated']);
  const exact = estimateTotal([{ probability: 1, y: 7 }]);
  assert.deepEqual([exact.low, exact.value, exact.high, exact.certainty], [7, 7, 7, 'exact']);
});

test('a ratio of nothing is null; of everything it is exact', () => {
  assert.equal(estimateRatio([]), null);
  assert.deepEqual(estimateRatio([{ probability: 1, y: 1, x: 4 }]), {
    value: 0.25,
    low: 0.25,
    high: 0.25,
    variance: 0,
    certainty: 'exact',
    units: 1,
  });
});

test('no failure among a hundred units at a tenth: Wilson with n = 100 says below 3.7 %', () => {
  const units = Array.from({ length: 100 }, () => ({ probability: 0.1, y: 0, x: 1 }));
  near(estimateRatio(units)?.high ?? null, 1.96 ** 2 / (100 + 1.96 ** 2), 1e-3);
});

test("Student's quantiles as in tables: 2.5706, 2.2281, 2.0423", () => {
  near(studentQuantile(5), 2.5706, 1e-3);
  near(studentQuantile(10), 2.2281, 1e-4);
  near(studentQuantile(30), 2.0423, 1e-4);
});

test('seeing none at a tenth: no more than 28 of them; at 1 there was none. Losing none of 300: below 1 %', () => {
  near(upperBoundUnseen(0.1), 28.43, 1e-3); // ln .05 / ln .9
  assert.deepEqual([upperBoundUnseen(1), upperBoundLoss(300), upperBoundLoss(0)], [0, 0.01, null]);
});

test("a phase of one unit is seen at the unit's probability, one of ten at a tenth each with 1 − .9¹⁰ = 65 %", () => {
  near(chanceSeen([0.1]), 0.1);
  near(chanceSeen(Array(10).fill(0.1)), 0.6513215599);
  assert.equal(chanceSeen([0.1, 1]), 1);
  assert.deepEqual([meanDelaySeconds(0.5, 0.1), meanDelaySeconds(0, 0.1)], [20, null]);
});

test('allocation by hand: s 1 and 3 at equal bytes, half the budget: p .25 and .75', () => {
  const strata = [
    { units: 100, s: 1, bytes: 10, minimum: 0 },
    { units: 100, s: 3, bytes: 10, minimum: 0 },
  ];
  const [a = 0, b = 0] = allocate(strata, 1000) ?? [];
  near(a, 0.25, 1e-9);
  near(b, 0.75, 1e-9);
  // Four times the bytes by unit: half the probability.
  const [c = 0, d = 0] =
    allocate(
      [
        { ...strata[0], s: 1, units: 100, bytes: 10, minimum: 0 },
        { units: 100, s: 1, bytes: 40, minimum: 0 },
      ],
      1500,
    ) ?? [];
  near(c / d, 2, 1e-9);
});

test('allocation keeps minima, and has no answer where they cost too much', () => {
  const strata = [
    { units: 10, s: 0, bytes: 10, minimum: 1 },
    { units: 10, s: 1, bytes: 10, minimum: 0 },
  ];
  assert.equal(allocate(strata, 99), null);
  const [kept = 0, rest = 0] = allocate(strata, 150) ?? [];
  assert.equal(kept, 1);
  near(rest, 0.5, 1e-9);
  assert.deepEqual(allocate(strata, 1e9), [1, 1]);
});
