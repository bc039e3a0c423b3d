/** In the order of an episode's life. */
export const CLOCK_NAMES = [
  't_change',
  't_observable',
  't_detect',
  't_alert',
  't_ack',
  't_triage',
  't_remediate',
  't_verify',
  't_close',
] as const;

export type ClockName = (typeof CLOCK_NAMES)[number];

/** One instant in an episode's life (SLI-DEFINITIONS 0). All times epoch ms UTC. */
export interface Clock {
  atMs: number;
  /** Where the time comes from, e.g. `cloudtrail`, `prowler`, `alertmanager`, `receipt`. */
  source: string;
  precision: 'exact' | 'bounded' | 'inferred';
  /** The interval that a bounded clock lies in. */
  loMs?: number;
  hiMs?: number;
  /** Earliest receipt of the evidence. */
  recvMs?: number;
  /** The fact that set it. */
  factId?: string;
  /** Who set it, where a person or an automation did. */
  actor?: string;
}

export type Clocks = Partial<Record<ClockName, Clock>>;

/** Negative durations up to this are clock skew and clamp to 0; beyond it they are quarantined. */
export const SKEW_TOLERANCE_MS = 5 * 60_000;

export type Duration = { ok: true; seconds: number; clamped: boolean } | { ok: false; reason: 'skew_rejected' };

/** Seconds from `start` to `stop`: a bounded start counts from its lower bound, so that a poller never looks better than its interval. */
export function durationBetween(start: Clock, stop: Clock): Duration {
  const fromMs = start.precision === 'bounded' ? (start.loMs ?? start.atMs) : start.atMs;
  const ms = stop.atMs - fromMs;
  if (ms >= 0) return { ok: true, seconds: ms / 1000, clamped: false };
  if (ms >= -SKEW_TOLERANCE_MS) return { ok: true, seconds: 0, clamped: true };
  return { ok: false, reason: 'skew_rejected' };
}
