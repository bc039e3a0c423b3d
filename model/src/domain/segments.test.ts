import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from './clock.ts';
import { segmentsOf } from './segments.ts';

const START_MS = Date.parse('2026-03-02T09:00:00Z');

/** An exact clock, so many seconds later. */
function clockAt(seconds: number): Clock {
  return { atMs: START_MS + seconds * 1000, source: 'test', precision: 'exact' };
}

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
    t_triage: clockAt(1800),
    t_remediate: clockAt(3600),
    t_verify: clockAt(4000),
  };
  assert.deepEqual(cut(clocks), [
    ['source_lag', 't_change', 300],
    ['pipeline_lag', 't_observable', 900],
    ['route', 't_detect', 60],
    ['acknowledge', 't_alert', 240],
    ['triage', 't_ack', 300],
    ['act', 't_triage', 1800],
    ['verify', 't_remediate', 400],
  ]);
});

test('an unknown clock joins two segments', () => {
  assert.deepEqual(cut({ t_change: clockAt(0), t_detect: clockAt(60), t_verify: clockAt(90) }), [
    ['pipeline_lag', 't_change', 60],
    ['verify', 't_detect', 30],
  ]);
});

test('a detection long before the audit event was received counts from the change', () => {
  assert.deepEqual(cut({ t_change: clockAt(0), t_observable: clockAt(900), t_detect: clockAt(120) }), [
    ['source_lag', 't_change', 900],
    ['pipeline_lag', 't_change', 120],
  ]);
});

test('a bounded change counts from its lower bound, skew up to five minutes as 0', () => {
  const change = { ...clockAt(600), precision: 'bounded' as const, loMs: START_MS, hiMs: START_MS + 600_000 };
  assert.deepEqual(cut({ t_change: change, t_detect: clockAt(600) }), [['pipeline_lag', 't_change', 600]]);
  assert.deepEqual(cut({ t_change: clockAt(180), t_detect: clockAt(0) }), [['pipeline_lag', 't_change', 0]]);
  assert.deepEqual(cut({ t_change: clockAt(600), t_detect: clockAt(0) }), []);
});

test('a segment is as precise as the weaker of its ends', () => {
  const bounded = { ...clockAt(0), precision: 'bounded' as const, loMs: START_MS, hiMs: START_MS };
  const inferred = { ...clockAt(90), precision: 'inferred' as const };
  const clocks = {
    t_change: bounded,
    t_detect: clockAt(60),
    t_alert: inferred,
    t_ack: clockAt(120),
    t_triage: clockAt(150),
  };
  assert.deepEqual(
    segmentsOf(clocks).map(({ name, precision }) => [name, precision]),
    [
      ['pipeline_lag', 'bounded'],
      ['route', 'inferred'],
      ['acknowledge', 'inferred'],
      ['triage', 'exact'],
    ],
  );
});
