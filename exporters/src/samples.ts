import type { Asset, Clock, Clocks, Episode, Finding, Transition, TransitionFeed } from '@cnapp-slo/model';
import type { ExporterSettings } from './ports.ts';

/** Test data: one finding on one bucket, whose clocks a test sets. */
export const START_MS = Date.parse('2026-03-02T09:00:00Z');

/** An exact clock so many seconds after the change. */
export function clockAt(seconds: number, source = 'cloudtrail'): Clock {
  return { atMs: START_MS + seconds * 1000, source, precision: 'exact' };
}

export function episode(clocks: Clocks, changes: Partial<Episode> = {}): Episode {
  return {
    id: 'f_0a1b2c.1',
    findingId: 'f_0a1b2c',
    seq: 1,
    tenant: 'acme',
    state: 'open',
    trigger: 'asset_change',
    cohort: 'normal',
    origin: 'live',
    exercise: false,
    clocks,
    severity: 'critical',
    strictestSeverity: 'critical',
    detector: 'prowler',
    detectorClass: 'posture',
    rule: 's3_bucket_public_access',
    flaps: 0,
    durable: true,
    candidateChangeIds: [],
    suspensions: [],
    detectorSuppressed: false,
    lastFailMs: START_MS,
    lastSeenMs: START_MS,
    traceIds: [],
    ...changes,
  };
}

export const bucket: Asset = {
  ref: {
    id: 'arn:aws:s3:::acme-invoices',
    kind: 's3_bucket',
    provider: 'aws',
    name: 'acme-invoices',
    account: '111122223333',
    region: 'eu-west-1',
  },
  tenant: 'acme',
  context: { environment: 'production', service: 'invoicing' },
  team: 'payments',
  criticality: 'c0',
  firstSeenMs: START_MS,
  lastSeenMs: START_MS,
};

export const publicBucket: Finding = {
  id: 'f_0a1b2c',
  tenant: 'acme',
  detector: 'prowler',
  detectorClass: 'posture',
  rule: 's3_bucket_public_access',
  title: 'S3 bucket is public',
  asset: bucket.ref,
  severity: 'critical',
  lastVerdict: 'fail',
  lastSeenMs: START_MS,
  evidence: { status: 'FAIL' },
  remediation: 'Block public access.',
  links: [{ rel: 'advisory', href: 'https://docs.example/s3' }],
};

export function transition(at: Transition['at'], of: Episode, changes: Partial<Transition> = {}): Transition {
  return { at, atMs: START_MS, episode: of, finding: publicBucket, asset: bucket, change: undefined, ...changes };
}

/** A feed that tests push into. */
export class PushFeed implements TransitionFeed {
  private readonly listeners = new Set<(transitions: readonly Transition[]) => void>();

  subscribe(listener: (transitions: readonly Transition[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  push(...transitions: Transition[]): void {
    for (const listener of this.listeners) listener(transitions);
  }
}

/** Settings that keep what an exporter reports: counts by `what exporter reason`, and the log's messages. */
export function recordingSettings(): ExporterSettings & { counts: Map<string, number>; messages: string[] } {
  const counts = new Map<string, number>();
  const messages: string[] = [];
  const add = (key: string, count: number) => counts.set(key, (counts.get(key) ?? 0) + count);
  return {
    counts,
    messages,
    telemetry: {
      exported: (_exporter, count) => add('exported', count),
      retried: (_exporter, reason) => add(`retried ${reason}`, 1),
      dropped: (_exporter, reason, count) => add(`dropped ${reason}`, count),
      queued: (_exporter, items) => counts.set('queued', items),
    },
    log: { info: (message) => messages.push(message), warn: (message) => messages.push(message) },
  };
}
