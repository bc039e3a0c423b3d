import type { Clock, ClockName, Clocks } from '@cnapp-slo/model';
import { durationBetween } from '@cnapp-slo/model';

/** A stretch of an episode's life, named by what ended it. */
export type SegmentName = 'observe' | 'detect' | 'alert' | 'acknowledge' | 'remediate' | 'verify';

export interface Segment {
  name: SegmentName;
  from: ClockName;
  to: ClockName;
  start: Clock;
  stop: Clock;
  /** From the start's lower bound where it is bounded; clock skew up to five minutes counts as 0. */
  seconds: number;
}

const STOPS: readonly { name: SegmentName; clock: ClockName }[] = [
  { name: 'observe', clock: 't_observable' },
  { name: 'detect', clock: 't_detect' },
  { name: 'alert', clock: 't_alert' },
  { name: 'acknowledge', clock: 't_ack' },
  { name: 'remediate', clock: 't_remediate' },
  { name: 'verify', clock: 't_verify' },
];

/**
 * The episode's life cut at its clocks: change → observe → detect → alert → acknowledge → remediate → verify. A clock that is
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
      segments.push({ name, from, to, start, stop, seconds: duration.seconds });
      break;
    }
    passed.push({ name: to, clock: stop });
  }
  return segments;
}
