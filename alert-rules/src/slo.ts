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

export type Sli = EventsSli | RatioSli;

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
}

export interface Slo {
  /** Permanent: part of rule names and uids. Letters, digits and dashes. */
  id: string;
  service: string;
  title: string;
  description: string;
  /** Share of good events, between 0 and 1, both excluded. */
  objective: Rational;
  sli: Sli;
  /** Length of the rolling window that the budget is about. */
  periodMs: number;
  tiers: readonly Tier[];
  /** Series labels that separate independent budgets, for example `tenant`. */
  groupBy: readonly string[];
  /** Added to alerts. */
  labels: Readonly<Record<string, string>>;
  /** Where a person reads what to do: an absolute URL, or a path below the runbook base of the compiler's options. */
  runbook: string | null;
  /** Id of the processor's SLI behind it, which has an explain page; null for anyone else's. */
  productSli: string | null;
  /** Selector of the processor's exact integer counts, with the labels `outcome` and `window`. */
  exactCounts: string | null;
}
