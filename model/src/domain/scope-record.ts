import type { Fact, SourceRef } from './fact.ts';
import type { DetectorClass } from './observation.ts';
import { addRange, type Range } from './ranges.ts';

/** What a detector saw of one scope (account, cluster, repository) over time. Times epoch ms. */
export interface ScopeRecord {
  tenant: string;
  detector: string;
  scope: string;
  classes: DetectorClass[];
  /** Where it was told from. */
  sources: Pick<SourceRef, 'format' | 'scope'>[];
  /** Within two intervals of a complete scan. */
  complete: readonly Range[];
  /** Within two intervals of a verdict or a complete scan: what happens in it would be known. */
  watched: readonly Range[];
  /** When it was first scanned, completely or not; null while only verdicts are known. */
  firstScanMs: number | null;
  lastCompleteMs: number | null;
  lastFailedMs: number | null;
  /** Scans that failed, by hour since 1970. One that does not say that it listed everything is not complete, but has not failed. */
  failed: Record<string, number>;
  /** Scans ever seen, and how many of them were complete. */
  attempts: { all: number; complete: number };
  /** Failed ones by why, as far as their errors tell. */
  errors: Record<ScanError, number>;
  /** Assets of the latest scan that said so, as [event time, count]. */
  assets: [number, number] | null;
}

/** `denied`: the reader may not look; `throttled`: it asked too often. */
export type ScanError = 'denied' | 'throttled' | 'other';

const DENIED = /denied|forbidden|unauthori[sz]ed|not authori[sz]ed|permission|\b40[13]\b/i;
const THROTTLED = /throttl|rate exceeded|rate limit|too many requests|quota|\b429\b/i;

function scanError(error: string): ScanError {
  return THROTTLED.test(error) ? 'throttled' : DENIED.test(error) ? 'denied' : 'other';
}

export const HOUR_MS = 3600_000;
/** Where a source does not say how often it scans. */
const DEFAULT_INTERVAL_SECONDS = 86_400;

/** Runtime and identity detectors speak only when something happens: their silence is seen by heartbeats. */
export function speaksOfScope(fact: Fact): boolean {
  const { body } = fact;
  if (body.kind === 'scan') return true;
  if (body.kind !== 'finding' || body.verdict === 'error') return false;
  return body.detectorClass !== 'runtime' && body.detectorClass !== 'identity';
}

/** The record itself when the fact adds nothing to it. */
export function mergeScope(known: ScopeRecord | undefined, fact: Fact, scope: string): ScopeRecord {
  const { body, atMs } = fact;
  if (body.kind !== 'scan' && body.kind !== 'finding') throw new Error(`${body.kind} is of no scope`);
  const record: ScopeRecord = known ?? {
    tenant: fact.tenant,
    detector: body.detector,
    scope,
    classes: [],
    sources: [],
    complete: [],
    watched: [],
    firstScanMs: null,
    lastCompleteMs: null,
    lastFailedMs: null,
    failed: {},
    attempts: { all: 0, complete: 0 },
    errors: { denied: 0, throttled: 0, other: 0 },
    assets: null,
  };
  const classes = record.classes.includes(body.detectorClass)
    ? record.classes
    : [...record.classes, body.detectorClass].sort();
  const sources = withSource(record.sources, fact.source);
  const intervalSeconds = (body.kind === 'scan' ? body.intervalSeconds : undefined) ?? DEFAULT_INTERVAL_SECONDS;
  const range: Range = [atMs, atMs + 2 * intervalSeconds * 1000];
  if (body.kind === 'finding') {
    const watched = addRange(record.watched, range);
    const same = watched === record.watched && classes === record.classes && sources === record.sources;
    return same ? record : { ...record, classes, sources, watched };
  }
  const firstScanMs = Math.min(record.firstScanMs ?? atMs, atMs);
  const attempts = { all: record.attempts.all + 1, complete: record.attempts.complete + Number(body.complete) };
  if (!body.complete && body.error === undefined) return { ...record, classes, sources, firstScanMs, attempts };
  if (!body.complete) {
    const hour = String(Math.floor(atMs / HOUR_MS));
    const failed = { ...record.failed, [hour]: (record.failed[hour] ?? 0) + 1 };
    return {
      ...record,
      classes,
      sources,
      firstScanMs,
      attempts,
      failed,
      errors: { ...record.errors, [scanError(body.error ?? '')]: record.errors[scanError(body.error ?? '')] + 1 },
      lastFailedMs: Math.max(record.lastFailedMs ?? atMs, atMs),
    };
  }
  const next = {
    ...record,
    classes,
    sources,
    firstScanMs,
    attempts,
    complete: addRange(record.complete, range),
    watched: addRange(record.watched, range),
    lastCompleteMs: Math.max(record.lastCompleteMs ?? atMs, atMs),
  };
  if (body.assets !== undefined) next.assets = later(record.assets, [atMs, body.assets]);
  return next;
}

/** The latest scan failed: what the scope looks like now is not known. */
export function isFailing(record: ScopeRecord): boolean {
  return (
    record.lastFailedMs !== null && (record.lastCompleteMs === null || record.lastFailedMs > record.lastCompleteMs)
  );
}

function withSource(known: ScopeRecord['sources'], { format, scope }: SourceRef): ScopeRecord['sources'] {
  if (known.some((one) => one.format === format && one.scope === scope)) return known;
  const key = (one: Pick<SourceRef, 'format' | 'scope'>): string => `${one.format}/${one.scope}`;
  return [...known, { format, scope }].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function later(a: [number, number] | null, b: [number, number]): [number, number] {
  return a === null || b[0] > a[0] || (b[0] === a[0] && b[1] > a[1]) ? b : a;
}
