import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockAt, START_MS } from './samples.ts';
import { segmentsOf } from './segments.ts';

function cut(clocks: Parameters<typeof segmentsOf>[0]): [string, string, number][] {
  return segmentsOf(clocks).map(({ name, from, seconds }) => [name, from, seconds]);
}

test('each clock ends the segment that the clock before it began', () => {
  const clocks = {
    t_change: clockAt(0),
    t_observable: clockAt(300),
    t_detect: clockAt(1200),
    t_alert: clockAt(1260),
    t_ack: clockAt(1500),
    t_remediate: clockAt(3600),
    t_verify: clockAt(4000),
  };
  assert.deepEqual(cut(clocks), [
    ['observe', 't_change', 300],
    ['detect', 't_observable', 900],
    ['alert', 't_detect', 60],
    ['acknowledge', 't_alert', 240],
    ['remediate', 't_ack', 2100],
    ['verify', 't_remediate', 400],
  ]);
});

test('an unknown clock joins two segments', () => {
  assert.deepEqual(cut({ t_change: clockAt(0), t_detect: clockAt(60), t_verify: clockAt(90) }), [
    ['detect', 't_change', 60],
    ['verify', 't_detect', 30],
  ]);
});

test('a detection long before the audit event was received counts from the change', () => {
  assert.deepEqual(cut({ t_change: clockAt(0), t_observable: clockAt(900), t_detect: clockAt(120) }), [
    ['observe', 't_change', 900],
    ['detect', 't_change', 120],
  ]);
});

test('a bounded change counts from its lower bound, skew up to five minutes as 0', () => {
  const change = { ...clockAt(600), precision: 'bounded' as const, loMs: START_MS, hiMs: START_MS + 600_000 };
  assert.deepEqual(cut({ t_change: change, t_detect: clockAt(600) }), [['detect', 't_change', 600]]);
  assert.deepEqual(cut({ t_change: clockAt(180), t_detect: clockAt(0) }), [['detect', 't_change', 0]]);
  assert.deepEqual(cut({ t_change: clockAt(600), t_detect: clockAt(0) }), []);
});
