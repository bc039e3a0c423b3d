import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideSampling, keptByAll, keptByAny, proportional } from './compose.ts';
import {
  ALWAYS,
  adjustedCount,
  decodeThreshold,
  encodeThreshold,
  isKept,
  probabilityOf,
  randomnessOfHash,
  randomnessOfTrace,
  thresholdOf,
} from './threshold.ts';
import { parseTraceState, serializeTraceState, withoutThreshold, withThreshold } from './tracestate.ts';

const threshold = (text: string): string => {
  const decoded = decodeThreshold(text);
  assert.ok(decoded.ok);
  return decoded.value;
};

// SAMPLING.md 2, "known vectors".
for (const { probability, precision, th, count } of [
  { probability: 0.01, precision: 3, th: 'fd71', count: 100.05496183206107 },
  { probability: 0.01, precision: 4, th: 'fd70a', count: 99.99771123402633 },
  { probability: 0.01, precision: 5, th: 'fd70a4', count: 100.00009536752259 },
  { probability: 0.1, precision: 14, th: 'e6666666666666', count: 10 },
  { probability: 0.5, precision: 4, th: '8', count: 2 },
  { probability: 1, precision: 4, th: '0', count: 1 },
  // 97 % rejects .03 × 65536 = 1966.08 → 07ae; the leading zero is added to four digits: 07ae1.
  { probability: 0.97, precision: 4, th: '07ae1', count: 1 / (1 - 0x7ae1 / 2 ** 20) },
]) {
  test(`${probability} with ${precision} digits is th:${th}`, () => {
    const written = thresholdOf(probability, precision) ?? '';
    assert.equal(encodeThreshold(written), th);
    assert.ok(Math.abs(adjustedCount(written) / count - 1) < 1e-14);
  });
}

test('leading zeros count: 08 keeps 97 %, 8 keeps half', () => {
  assert.equal(probabilityOf(threshold('08')), 1 - 8 / 256);
  assert.equal(probabilityOf(threshold('8')), 0.5);
});

test('no probability is null: 0, more than 1, less than one of 2^56', () => {
  assert.deepEqual(
    [0, 1.1, 2 ** -57, Number.NaN].map((probability) => thresholdOf(probability)),
    [null, null, null, null],
  );
});

test('any keep takes the least threshold, stages in a row the highest', () => {
  const [low, high] = [threshold('08'), threshold('8')];
  assert.deepEqual([keptByAny(high, low), keptByAll(low, high)], [low, high]);
});

test('proportional: half of a quarter is e, a tenth of a half is f3333', () => {
  assert.deepEqual(
    [proportional(threshold('c'), 0.5), proportional(threshold('8'), 0.1)].map((one) => encodeThreshold(one ?? '')),
    ['e', 'f3333'],
  );
});

test('the last 56 bits of a trace id decideSampling, all of them', () => {
  const half = threshold('8');
  assert.equal(isKept(randomnessOfTrace('eeeeeeeeeeeeeeeeee7fffffffffffff'), half), false);
  assert.equal(isKept(randomnessOfTrace('eeeeeeeeeeeeeeeeee80000000000000'), half), true);
});

test('other units take the first 56 bits of a SHA-256: of "abc" (FIPS 180-2, B.1) ba7816bf8f01cf', () => {
  assert.equal(randomnessOfHash('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'), 'ba7816bf8f01cf');
});

test('an item that arrives although its threshold rejects it stays, without a threshold', () => {
  const randomness = '10000000000000';
  assert.deepEqual(decideSampling(randomness, threshold('8'), ALWAYS), {
    kept: true,
    threshold: null,
    inconsistent: true,
  });
  assert.deepEqual(decideSampling(randomness, threshold('08'), threshold('8')), {
    kept: false,
    threshold: threshold('8'),
    inconsistent: false,
  });
});

test('a threshold never falls downstream', () => {
  assert.equal(decideSampling('ffffffffffffff', threshold('c'), threshold('8')).threshold, threshold('c'));
  const { state } = parseTraceState('ot=th:c;rv:d29d6a7215ced0,vendor=kept');
  assert.equal(withThreshold(state.ot, threshold('8')), null);
  const raised = withThreshold(state.ot, threshold('e'));
  assert.ok(raised);
  assert.equal(serializeTraceState({ ...state, ot: raised }), 'ot=rv:d29d6a7215ced0;th:e,vendor=kept');
  assert.equal(serializeTraceState({ ...state, ot: withoutThreshold(raised) }), 'ot=rv:d29d6a7215ced0,vendor=kept');
});
