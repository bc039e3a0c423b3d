import type { Severity, SliId } from '@cnapp-slo/model';

/** Good or bad events of one SLI, counted when they were decided. */
export interface SloEventCount {
  tenant: string;
  sli: SliId;
  outcome: 'good' | 'bad';
  /** Episodes, changes …; resource-seconds for `drift-rate`. Counts of episodes are exact integers. */
  count: number;
  /**
   * How much of `count` the ledger has since taken back or judged the other way. Absent where that is not tracked: the
   * restatement gauge is then absent too, not 0.
   */
  restated?: number;
}

/**
 * The SLO events as they were decided: a good one at its stop, a bad one at its deadline, by the instant at which we learned it
 * (SLI-DEFINITIONS 0). Only live, non-exercise events; backfill never enters. Backed by the store, so that a restart
 * neither forgets an event nor counts one twice.
 */
export interface SloEventCounter {
  /** Everything ever counted. A count never falls. */
  totals(): readonly SloEventCount[];
  /** What was decided at or after `fromMs` (epoch ms). */
  totalsSince(fromMs: number): readonly SloEventCount[];
}

/** A CUSUM over an SLI's events: an alarm at `statistic >= threshold`. */
export interface CusumGauge {
  tenant: string;
  sli: SliId;
  statistic: number;
  /** Infinite while there is no traffic: nothing is an alarm then. */
  threshold: number;
  /** When the statistic last stood at zero (epoch ms): where a run of misses began. Null before the first event. */
  lastResetMs: number | null;
}

/** Bad events of one SLI, and whose they are. `count` as in SloEventCount. */
export interface TeamMisses {
  tenant: string;
  sli: SliId;
  team: string;
  count: number;
}

/** What alerts at low traffic stand on, and what they name. Asked once a scrape, and once a window. */
export interface BurnEvidence {
  /** Events decided at or after `fromMs` with the misses of one cause counted once; zeros for every tenant and SLI that counts events. */
  causesSince(fromMs: number): readonly SloEventCount[];
  cusums(): readonly CusumGauge[];
  /** Only teams that have missed something at or after `fromMs`. */
  missesSince(fromMs: number): readonly TeamMisses[];
}

/** What people have said about releases. */
export interface ReleaseCounts {
  /** Overrides of the release gate that a second person agreed to, ever. */
  approvedOverrides(): readonly { tenant: string; count: number }[];
  /** Maintenance windows in force: until when (epoch ms) each of their SLIs is not to alert. */
  maintenanceEnds(): readonly { tenant: string; sli: SliId; endsMs: number }[];
}

/** Open findings by labels of low cardinality; counted where they are stored. */
export interface OpenFindingsCount {
  tenant: string;
  severity: Severity;
  detectorClass: string;
  count: number;
}

/** What every exporter counts about itself. `exporter` is its id; `reason` a stable code. Never called per record. */
export interface ExporterTelemetry {
  exported(exporter: string, count: number): void;
  retried(exporter: string, reason: string): void;
  dropped(exporter: string, reason: string, count: number): void;
  queued(exporter: string, items: number): void;
}

/** Rare events of an exporter's life (unreachable, recovered, stopped); never one per item. */
export interface ExporterLog {
  info(message: string, fields?: Readonly<Record<string, string | number>>): void;
  warn(message: string, fields?: Readonly<Record<string, string | number>>): void;
}

/** Where exporters report about themselves. */
export interface ExporterSettings {
  telemetry: ExporterTelemetry;
  log: ExporterLog;
}
