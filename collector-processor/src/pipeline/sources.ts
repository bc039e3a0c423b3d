import type { DetectorClass, Fact, SourceJson, SourceRole } from '@cnapp-slo/model';
import { DEFAULT_TENANT } from '@cnapp-slo/model';

/** What is known of one source of telemetry: a format in a scope (account, cluster, repository, service). */
export interface SourceState {
  id: string;
  tenant: string;
  format: string;
  scope: string;
  roles: SourceRole[];
  records: number;
  recognised: number;
  findings: number;
  bytes: number;
  rejects: Record<string, number>;
  lastEventMs: number | null;
  /** Live receipts only: history says nothing about whether a source is alive. */
  lastReceivedMs: number | null;
  /** Records and bytes by UTC day since 1970, of the days that are kept. */
  days?: Record<string, [records: number, bytes: number]>;
  /** Recent gaps between live receipts, ms. */
  gapsMs: number[];
}

/** Seconds between messages that a format is expected to keep, until a source has shown its own pace. */
const DEFAULT_INTERVALS: Record<string, number> = {
  cloudtrail: 900,
  'k8s-audit': 300,
  falco: 3600,
  ocsf: 86_400,
  'securityhub-asff': 43_200,
  trivy: 86_400,
  'trivy-operator': 86_400,
  'terraform-plan': 86_400,
};
const FALLBACK_INTERVAL = 86_400;
const GAPS_KEPT = 16;
/** Receipts closer than this belong to one batch. */
const SAME_BATCH_MS = 1000;
/** A source that has shown a faster pace than this is still given this long. */
const SHORTEST_INTERVAL = 30;

/** A bound on the number of sources a tenant can make up; the rest share one row. */
export const MAX_SOURCES = 5000;

export function newSource(tenant: string, format: string, scope: string): SourceState {
  return {
    id: sourceId(tenant, format, scope),
    tenant,
    format,
    scope,
    roles: [],
    records: 0,
    recognised: 0,
    findings: 0,
    bytes: 0,
    rejects: {},
    lastEventMs: null,
    lastReceivedMs: null,
    gapsMs: [],
  };
}

export function sourceId(tenant: string, format: string, scope: string): string {
  return tenant === DEFAULT_TENANT ? `${format}/${scope}` : `${tenant}:${format}/${scope}`;
}

export function noteReceipt(source: SourceState, receivedMs: number): void {
  const gap = source.lastReceivedMs === null ? 0 : receivedMs - source.lastReceivedMs;
  if (gap >= SAME_BATCH_MS) {
    source.gapsMs.push(gap);
    if (source.gapsMs.length > GAPS_KEPT) source.gapsMs.shift();
  }
  source.lastReceivedMs = Math.max(source.lastReceivedMs ?? receivedMs, receivedMs);
}

/** Days of accounting that are kept: the longest window, and four weeks before it. */
const DAYS_KEPT = 120;

/** `source.days` belongs to the caller, who may change it. */
export function noteVolume(source: SourceState, atMs: number, records: number, bytes: number): void {
  const day = Math.floor(atMs / 86_400_000);
  source.days ??= {};
  const { days } = source;
  const known = days[day];
  days[day] = known ? [known[0] + records, known[1] + bytes] : [records, bytes];
  if (!known) for (const one in days) if (Number(one) <= day - DAYS_KEPT) delete days[one];
}

export function noteFact(source: SourceState, fact: Fact): void {
  source.lastEventMs = Math.max(source.lastEventMs ?? fact.atMs, fact.atMs);
  const role = roleOf(fact);
  if (!source.roles.includes(role)) source.roles.push(role);
  if (fact.body.kind === 'finding') source.findings += 1;
}

function roleOf(fact: Fact): SourceRole {
  const { body } = fact;
  if (body.kind === 'change') return 'change';
  // What an inventory listed is no verdict, also where it says how much of it.
  if (body.kind === 'asset' || fact.source.format.startsWith('inventory-')) return 'inventory';
  if (body.kind === 'scan' && body.detector.startsWith('inventory-')) return 'inventory';
  return body.kind === 'finding' || body.kind === 'scan' ? roleOfClass(body.detectorClass) : 'other';
}

export function roleOfClass(detectorClass: DetectorClass): SourceRole {
  switch (detectorClass) {
    case 'posture':
    case 'iac':
    case 'identity_config':
      return 'posture';
    case 'vulnerability':
    case 'secret':
    case 'sast':
      return 'vulnerability';
    case 'drift':
      return 'drift';
    default:
      return 'runtime';
  }
}

/** Seconds between messages: configured, else as observed, else what the format usually keeps. */
export function intervalSeconds(source: SourceState, configured: Readonly<Record<string, number>>): number {
  const set = configured[source.id] ?? configured[source.format];
  if (set !== undefined) return set;
  if (source.gapsMs.length < 4) return DEFAULT_INTERVALS[source.format] ?? FALLBACK_INTERVAL;
  const sorted = source.gapsMs.toSorted((a, b) => a - b);
  // The pace at which nine of ten messages came: a bursty source is not called dead between its bursts.
  const usual = (sorted[Math.floor(sorted.length * 0.9)] ?? 0) / 1000;
  return Math.max(SHORTEST_INTERVAL, usual);
}

/** fresh: within two intervals · stale: within four · silent: longer, or never heard live. */
export function freshness(source: SourceState, nowMs: number, interval: number): SourceJson['status'] {
  if (source.lastReceivedMs === null) return 'silent';
  const age = (nowMs - source.lastReceivedMs) / 1000;
  return age <= 2 * interval ? 'fresh' : age <= 4 * interval ? 'stale' : 'silent';
}

/** How late a format's events may come: 30 min for cloud audit, 5 min otherwise. */
export function allowedLatenessMs(format: string): number {
  return ['cloudtrail', 'azure-activity', 'gcp-auditlog', 'github-auditlog', 'okta'].includes(format)
    ? 30 * 60_000
    : 5 * 60_000;
}
