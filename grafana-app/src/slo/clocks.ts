import { CLOCK_NAMES, type ClockJson, type ClockName, type ClocksJson } from '@cnapp-slo/model';

/** A clock that is known, with the time since the one before it. */
export interface ClockStep {
  name: ClockName;
  clock: ClockJson;
  atMs: number;
  /** Null for the first. */
  secondsSincePrevious: number | null;
}

/** The known clocks by time; those at the same instant in the order of an episode's life. */
export function stepsOf(clocks: ClocksJson): ClockStep[] {
  const known = CLOCK_NAMES.flatMap((name) => {
    const clock = clocks[name];
    return clock === undefined ? [] : [{ name, clock, atMs: Date.parse(clock.at) }];
  }).toSorted((a, b) => a.atMs - b.atMs);
  return known.map((step, index) => {
    const previous = known[index - 1];
    return { ...step, secondsSincePrevious: previous === undefined ? null : (step.atMs - previous.atMs) / 1000 };
  });
}

/** A stretch of an episode's life: what was being waited for, and how long. */
export interface Segment {
  /** The clock that ended it. Null: still waiting. */
  until: ClockName | null;
  seconds: number;
  /** An end of it is not known to the instant. */
  isUncertain: boolean;
}

/**
 * Where the time went: the stretches between known clocks, which add up to the whole. An episode that goes on ends with one that still waits, up to `nowMs`.
 */
export function segmentsOf(clocks: ClocksJson, nowMs: number | null): Segment[] {
  const steps = stepsOf(clocks);
  const segments: Segment[] = [];
  steps.forEach((step, index) => {
    const previous = steps[index - 1];
    if (previous === undefined || !step.secondsSincePrevious) return;
    const isUncertain = previous.clock.precision !== 'exact' || step.clock.precision !== 'exact';
    segments.push({ until: step.name, seconds: step.secondsSincePrevious, isUncertain });
  });
  const last = steps.at(-1);
  if (last !== undefined && nowMs !== null && nowMs > last.atMs) {
    segments.push({ until: null, seconds: (nowMs - last.atMs) / 1000, isUncertain: last.clock.precision !== 'exact' });
  }
  return segments;
}

/** From which clock to which an SLI measures. Those that are not listed look at the whole life. */
const measured: Readonly<Record<string, readonly [start: ClockName, stop: ClockName]>> = {
  'mttd-config': ['t_change', 't_detect'],
  mttr: ['t_alert', 't_verify'],
};

/** Epoch ms of the clock that stops what an SLI measures; null while it goes on. */
export function stoppedMs(sliId: string, clocks: ClocksJson): number | null {
  const clock = clocks[measured[sliId]?.[1] ?? 't_close'];
  return clock === undefined ? null : Date.parse(clock.at);
}

/** The clocks within what an SLI measures; what was never alerted counts from its detection (SLI-DEFINITIONS 2). */
export function measuredClocks(sliId: string, clocks: ClocksJson): ClocksJson {
  const [start, stop] = measured[sliId] ?? ['t_change', 't_close'];
  const first = start === 't_alert' && clocks.t_alert === undefined ? 't_detect' : start;
  const within = CLOCK_NAMES.slice(CLOCK_NAMES.indexOf(first), CLOCK_NAMES.indexOf(stop) + 1);
  return Object.fromEntries(within.flatMap((name) => (clocks[name] === undefined ? [] : [[name, clocks[name]]])));
}
