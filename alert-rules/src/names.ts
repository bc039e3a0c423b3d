/** Names of the recorded series, which rules, annotations and dashboards share. */
import { formatDuration } from './duration.ts';

export const BUDGET_REMAINING = 'cnapp:slo_budget_remaining:ratio';
export const OBJECTIVE = 'cnapp:slo_objective:ratio';
/** The error budget of a full period in events: what decides the regime. */
export const BUDGET_EVENTS = 'cnapp:slo_budget:count';
/** 1 plain, 2 plain with the ladder, 3 rare events, 4 a ticket an event. */
export const REGIME = 'cnapp:slo_regime:number';
/** Bad events of every window (label `window`) that exceeds chance; absent where none does. */
export const LADDER = 'cnapp:slo_ladder:count';
/** When the calendar period began. */
export const PERIOD_START = 'cnapp:slo_period_start:timestamp_seconds';
/** 1 while a threshold is missed. */
export const SAMPLE_BAD = 'cnapp:slo_sample_bad:bool';
/** Error of the last slice of time. */
export const SLICE_ERROR = 'cnapp:slo_slice_error:ratio';

/** `cnapp:slo_bad:events_1h`, `cnapp:slo_all:events_1h`: sums, which may be added up over groups and services. */
export const eventsName = (of: 'bad' | 'all', windowMs: number): string =>
  `cnapp:slo_${of}:events_${formatDuration(windowMs)}`;

/** Exact integers, of the same meaning. */
export const countName = (of: 'bad' | 'all' | 'critical', windowMs: number): string =>
  `cnapp:slo_${of}:count_${formatDuration(windowMs)}`;

/** `cnapp:slo_error:ratio_1h`: bad events over all events of the last hour. */
export const errorRatioName = (windowMs: number): string => `cnapp:slo_error:ratio_${formatDuration(windowMs)}`;
