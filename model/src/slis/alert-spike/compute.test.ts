import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DetectionHours } from '../../domain/detection-hours.ts';
import { DAY, HOUR, MINUTE, T0 } from '../../domain/story.ts';
import { inputOf } from '../input.ts';
import { near } from '../test-facts.ts';
import { compute } from './compute.ts';

/** The hour from 10:00 on day 0, and on the same weekday of the weeks before it. */
function rule(name: string, now: number, ...before: number[]): DetectionHours[] {
  return [now, ...before].map((count, week) => ({
    tenant: 'default',
    detector: 'falco',
    detectorClass: 'runtime',
    rule: name,
    dayMs: T0 - week * 7 * DAY,
    hours: Array.from({ length: 24 }, (_, hour) => (hour === 10 ? count : 0)),
  }));
}

const over = (detections: readonly DetectionHours[], atMs = T0 + 11 * HOUR) =>
  compute(inputOf({ detections }, atMs - DAY, atMs));

test('robust z: (100 − 12) / (1.4826 × 3)', () => {
  // Before: 10, 10, 14, 20. Median 12; deviations 2, 2, 2, 8 → MAD 2. z = 88 / (1.4826 × 2) = 29.676.
  const { value, bad } = over(rule('shell', 100, 10, 10, 14, 20));
  assert.ok(near(value, 88 / (1.4826 * 2)));
  assert.equal(bad, 1);
});

test('unusual but few is no spike: more than 20 are needed', () => {
  assert.deepEqual([over(rule('a', 20, 0, 0, 0, 0)).bad, over(rule('a', 21, 0, 0, 0, 0)).bad], [0, 1]);
});

test('counts that never varied have a spread of one: 21 after four times 0 is z 21, 27 after four times 20 is z 7', () => {
  assert.equal(over(rule('a', 21, 0, 0, 0, 0)).value, 21);
  const { value, bad } = over(rule('a', 27, 20, 20, 20, 20));
  assert.deepEqual([value, bad], [7, 1]);
  assert.equal(over(rule('a', 26, 20, 20, 20, 20)).bad, 0); // z = 6 is not above 6
});

test('the value is the highest of all rules; each is judged for itself', () => {
  const { value, good, bad, companions } = over([...rule('a', 30, 0, 0, 0, 0), ...rule('b', 5, 5, 5, 5, 5)]);
  assert.deepEqual([value, good, bad], [30, 1, 1]);
  assert.deepEqual([companions.spiking_rules, companions.detections], [1, 35]);
});

test('the first weeks compare with what there is; without any nothing is unusual', () => {
  assert.equal(over(rule('a', 30, 10)).value, 20); // one week: median 10, spread 1
  const { value, members } = over(rule('a', 30));
  assert.deepEqual([value, members[0]?.reason], [null, 'no_history']);
});

test('only complete hours count', () => {
  const spike = rule('a', 100, 0, 0, 0, 0);
  assert.deepEqual([over(spike, T0 + 10 * HOUR + 59 * MINUTE).value, over(spike, T0 + 12 * HOUR).value], [null, null]);
});

test('no detection at all is null', () => {
  assert.equal(over([]).value, null);
});
