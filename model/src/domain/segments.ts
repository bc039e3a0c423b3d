import type { Clock, ClockName, Clocks } from './clock.ts';
import { durationBetween } from './clock.ts';

/** A stretch of an episode's life: what was being waited for. */
export type SegmentName = 'source_lag' | 'pipeline_lag' | 'route' | 'acknowledge' | 'triage' | 'act' | 'verify';

export interface Segment {
  name: SegmentName;
  from: ClockName;
  to: ClockName;
  start: Clock;
  stop: Clock;
  /** From the start's lower bound where it is bounded; clock skew up to five minutes counts as 0. */
  seconds: number;
  /** The weaker of both ends'. */
  precision: Clock['precision'];
}

const STOPS: readonly { name: SegmentName; clock: ClockName }[] = [
  { name: 'source_lag', clock: 't_observable' },
  { name: 'pipeline_lag', clock: 't_detect' },
  { name: 'route', clock: 't_alert' },
  { name: 'acknowledge', clock: 't_ack' },
  { name: 'triage', clock: 't_triage' },
  { name: 'act', clock: 't_remediate' },
  { name: 'verify', clock: 't_verify' },
];

/**
 * The episode's life cut at its clocks: change, source lag, pipeline lag, route, acknowledge, triage, act, verify. A clock that is
 * unknown joins two segments into one; a clock more than five minutes before its predecessor (a detector that saw the
 * state before the audit event arrived) starts from the clock before that.
 */
export function segmentsOf(clocks: Clocks): Segment[] {
  const segments: Segment[] = [];
  const passed: { name: ClockName; clock: Clock }[] = clocks.t_change
    ? [{ name: 't_change', clock: clocks.t_change }]
    : [];
  for (const { name, clock: to } of STOPS) {
    const stop = clocks[to];
    if (!stop) continue;
    for (const { name: from, clock: start } of passed.toReversed()) {
      const duration = durationBetween(start, stop);
      if (!duration.ok) continue;
      segments.push({ name, from, to, start, stop, seconds: duration.seconds, precision: weaker(start, stop) });
      break;
    }
    passed.push({ name: to, clock: stop });
  }
  return segments;
}

const PRECISIONS = ['exact', 'bounded', 'inferred'] as const;

function weaker(a: Clock, b: Clock): Clock['precision'] {
  return PRECISIONS.indexOf(a.precision) > PRECISIONS.indexOf(b.precision) ? a.precision : b.precision;
}
