import type { ClocksJson } from '@cnapp-slo/model';
import { measuredClocks, segmentsOf, stepsOf } from './clocks.ts';

const clock = (at: string, precision: 'exact' | 'bounded' | 'inferred' = 'exact') => ({
  at,
  source: 'test',
  precision,
});
const clocks: ClocksJson = {
  t_change: clock('2026-11-01T10:00:00Z', 'bounded'),
  t_detect: clock('2026-11-01T10:20:00Z'),
  t_alert: clock('2026-11-01T10:21:00Z'),
  t_ack: clock('2026-11-01T10:21:00Z'),
  t_verify: clock('2026-11-01T12:21:00Z'),
};

test('the stretches between clocks add up to the whole, and unknown clocks join two into one', () => {
  // 10:00 → 10:20 → 10:21 → 12:21: 20 min, 1 min, 2 h.
  expect(segmentsOf(clocks, null)).toEqual([
    { until: 't_detect', seconds: 1200, isUncertain: true },
    { until: 't_alert', seconds: 60, isUncertain: false },
    { until: 't_verify', seconds: 7200, isUncertain: false },
  ]);
});

test('an episode that goes on ends with a stretch that waits', () => {
  const segments = segmentsOf({ t_detect: clock('2026-11-01T10:00:00Z') }, Date.parse('2026-11-01T10:30:00Z'));
  expect(segments).toEqual([{ until: null, seconds: 1800, isUncertain: false }]);
});

test('clocks come by time, also when a step was out of order', () => {
  const steps = stepsOf({ t_ack: clock('2026-11-01T10:30:00Z'), t_remediate: clock('2026-11-01T10:10:00Z') });
  expect(steps.map(({ name, secondsSincePrevious }) => [name, secondsSincePrevious])).toEqual([
    ['t_remediate', null],
    ['t_ack', 1200],
  ]);
});

test('no clocks, no stretches', () => {
  expect(segmentsOf({}, Date.now())).toEqual([]);
});

test('an SLI shows the stretches that it measures, and no others', () => {
  expect(segmentsOf(measuredClocks('mttd-config', clocks), null).map(({ seconds }) => seconds)).toEqual([1200]);
  expect(segmentsOf(measuredClocks('mttr', clocks), null).map(({ until }) => until)).toEqual(['t_verify']);
  const { t_alert: _, ...unalerted } = clocks;
  expect(Object.keys(measuredClocks('mttr', unalerted))).toEqual(['t_detect', 't_ack', 't_verify']);
});
