/** What every input format is read into and every output is made from. */
import type { Rational } from './rational.ts';

/** Placeholder for the window in a query, as Sloth writes it. */
export const WINDOW_PLACEHOLDER = /\{\{\s*\.window\s*\}\}/g;

/**
 * A PromQL text. `windowed` holds the placeholder `{{.window}}` and is used as it is. A `counter` or a `gauge` is a selector
 * without one: increases, or samples that are counts themselves, are summed over the window.
 */
export interface Query {
  text: string;
  kind: 'counter' | 'gauge' | 'windowed';
}

/** Events (or resource-seconds) of which some are good and the others bad: one of the two is counted, the other is the rest. */
export type EventsSli = { kind: 'events'; total: Query } & ({ good: Query; bad: null } | { good: null; bad: Query });

/** A query that answers the ratio itself. */
export interface RatioSli {
  kind: 'ratio';
  query: Query;
  answers: 'success' | 'failure';
}

/** A gauge that is good while `query op value`; every evaluation is one event. */
export interface ThresholdSli {
  kind: 'threshold';
  query: string;
  op: ThresholdOp;
  value: Rational;
}

/** Slices of time: each is bad when more than `tolerated` of it is (null: counts by its own error ratio). */
export interface SlicesSli {
  kind: 'slices';
  of: EventsSli | RatioSli | ThresholdSli;
  sliceMs: number;
  tolerated: Rational | null;
}

export type Sli = EventsSli | RatioSli | ThresholdSli | SlicesSli;
export type ThresholdOp = 'lt' | 'lte' | 'gt' | 'gte';
export type Severity = 'page' | 'ticket';

/** One pair of windows with its alert. */
export interface Tier {
  /** Stable: the `tier` label and part of the permanent uid. */
  id: string;
  severity: Severity;
  longMs: number;
  shortMs: number;
  /** Multiple of the budgeted error rate that both windows must show. */
  factor: Rational;
  /** gte unless the input says gt. */
  op: 'gt' | 'gte';
  forMs: number;
  keepFiringForMs: number;
  /** The author's own; they win over ours. */
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
}

/** A budget that starts anew at fixed local times. */
export interface Calendar {
  count: number;
  unit: 'd' | 'w' | 'M' | 'Q' | 'Y';
  /** `2022-01-01 12:00:00`, in `timeZone`: periods start here and every `count` units after it. */
  startTime: string;
  /** IANA name. */
  timeZone: string;
}

export interface Period {
  /** Of a rolling window, or the nominal length of a calendar one (a month is 30 d), which burn factors are about. */
  ms: number;
  calendar: Calendar | null;
}

/** Where the processor counts events exactly: what the budget and the low-traffic regimes stand on. */
export interface ExactCounts {
  /** Selector of integer counts, with the labels `outcome` and `window`. */
  selector: string;
  /** Selector of the same counts with the misses of one cause counted once, which the statistics stand on; null: `selector`. */
  causes: string | null;
  /** Whether the events are independent enough for statistics: resource-seconds of one drift are not. */
  lowTraffic: boolean;
  /** Selector of the CUSUM gauge, null where there is none. */
  cusum: string | null;
  /** How many alerts a year may be false while everything is exactly on budget. */
  falseAlertsPerYear: Rational;
}

export interface Contributors {
  /** Selector of bad events, with the label `window`. */
  selector: string;
  /** The label that names one, such as `team`. */
  label: string;
  /** Which `window` is asked for; null: as far back as the alert looks. */
  windowMs: number | null;
}

export interface Slo {
  /** Permanent: part of rule names and uids. Lower-case letters, digits and dashes. */
  id: string;
  service: string;
  title: string;
  description: string;
  /** Share of good events, between 0 and 1, both excluded. */
  objective: Rational;
  sli: Sli;
  period: Period;
  tiers: readonly Tier[];
  /** Tiers, of any regime, that the author switched off. */
  disabledTiers: readonly string[];
  /** Series labels that separate independent budgets, for example `tenant`. */
  groupBy: readonly string[];
  /** Added to recorded series and alerts. */
  labels: Readonly<Record<string, string>>;
  alertName: string;
  /** Where a person reads what to do: an absolute URL, or a path below the runbook base of the compiler's options. */
  runbook: string | null;
  /** Id of the processor's SLI behind it, which has an explain page; null for anyone else's. */
  productSli: string | null;
  /** Null: plain multi-window alerts, whatever the traffic. */
  exactCounts: ExactCounts | null;
  /** Whose misses an alert names; null where nobody counts them. */
  contributors: Contributors | null;
  /** Selector of a series that is there as long as the SLI's source lives; its absence is an alert of its own. */
  freshness: string | null;
  /** Measured SLOs are evaluated and never routed. */
  mode: 'alert' | 'measure';
  /** Where the SLO begins, for problems that are found later. */
  origin: { file: string; line: number; column: number };
}

/** `mttd-config` → `MttdConfig`. */
export function pascalCase(id: string): string {
  const words = id.split(/[^a-zA-Z0-9]+/).filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
