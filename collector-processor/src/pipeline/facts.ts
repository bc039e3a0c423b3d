import { hash } from 'node:crypto';
import type {
  AssetRef,
  Declaration,
  Fact,
  FactBody,
  FindingObservation,
  Observation,
  PersonInput,
  SourceRef,
} from '@cnapp-slo/model';
import { exerciseTenant } from '@cnapp-slo/model';
import { lineageSubjects } from '../correlation/lineage.ts';

/** Stable ids and subjects of the ledger. Pure but for the hash. */

const SEPARATOR = '\u0000';

/** 128 bits of SHA-256 over the parts, hex. */
export function digest(parts: readonly (string | number)[]): string {
  return hash('sha256', parts.join(SEPARATOR)).slice(0, 32);
}

/** H(tenant, rule, canonical asset, discriminator); never message text. */
export function findingIdOf(tenant: string, finding: FindingObservation): string {
  return `f_${digest([tenant, finding.detector, finding.rule, finding.asset.id, finding.discriminator ?? ''])}`;
}

export function assetKey(tenant: string, assetId: string): string {
  return `a:${tenant}:${assetId}`;
}

/** What is known of an artifact: its SBOMs, and the changes that made it or rolled it out. */
export function digestKey(tenant: string, digest: string): string {
  return `b:${tenant}:${digest}`;
}

export function scopeKey(tenant: string, detector: string, scope: string): string {
  return `s:${tenant}:${detector}:${scope}`;
}

/** The scan scope of a finding; its account, cluster or provider where no scope is said. */
export function scopeOf(finding: FindingObservation): string {
  return finding.scope ?? placeOf(finding.asset);
}

export function placeOf(asset: AssetRef): string {
  return asset.account ?? asset.cluster ?? asset.provider;
}

/** The finding that a finding, episode or incident id is about; null when it is none of them. */
export function findingOfSubject(subjectId: string): string | null {
  const match = /^[fi]_([0-9a-f]{32})(?:\.\d+)?$/.exec(subjectId);
  return match ? `f_${match[1]}` : null;
}

/** One incident per episode that demands an alert. */
export function incidentIdOf(episodeId: string): string {
  return `i_${episodeId.slice(2)}`;
}

export function changeFactId(tenant: string, nativeId: string): string {
  return digest([tenant, 'change', nativeId]);
}

export type Ledgered = Exclude<Observation, { kind: 'activity' }> | PersonInput | Declaration;

/** What makes two observations the same fact: never the receipt, never the path it came by. */
function factIdOf(tenant: string, body: Ledgered): string {
  switch (body.kind) {
    case 'finding':
      return digest([
        tenant,
        'finding',
        findingIdOf(tenant, body),
        body.atMs,
        body.verdict,
        body.severity,
        body.scanId ?? '',
        body.drift?.expected ?? '',
      ]);
    case 'change':
      return changeFactId(tenant, body.nativeId);
    case 'scan':
      return digest([tenant, 'scan', body.detector, body.scope, body.scanId, String(body.complete)]);
    default:
      return digest([tenant, body.kind, JSON.stringify(body)]);
  }
}

/** Under which subjects a fact is found again. The first one is the same for all facts of one id. */
export function subjectsOf(tenant: string, body: FactBody): string[] {
  switch (body.kind) {
    case 'finding':
      return [findingIdOf(tenant, body)];
    case 'change':
      return [
        changeFactId(tenant, body.nativeId),
        ...body.assets.map((asset) => assetKey(tenant, asset.id)),
        ...lineageSubjects(tenant, body),
        ...(body.digests ?? []).map((digest) => digestKey(tenant, digest)),
      ];
    case 'asset':
      return [assetKey(tenant, body.asset.id)];
    case 'scan':
      return [scopeKey(tenant, body.detector, body.scope)];
    case 'alert':
    case 'acknowledgement':
    case 'verdict':
    case 'assignment':
    case 'acceptance':
    case 'action': {
      const finding = findingOfSubject(body.subjectId);
      return finding ? [finding] : [];
    }
    case 'gate':
      return [`r:${tenant}:${body.repository}@${body.revision}`];
    case 'heartbeat':
      return [`h:${tenant}:${body.agent}:${body.node}`];
    case 'sbom':
      return [digestKey(tenant, body.digest ?? body.subject)];
    case 'incident':
    case 'exercise':
    case 'gate_override':
    case 'maintenance':
    case 'sampling_rollout':
      return []; // found again by its record
  }
}

export interface FactSettings {
  tenant: string;
  recvMs: number;
  backfill: boolean;
  exercise: boolean;
  source: SourceRef;
  traceId?: string | undefined;
  spanId?: string | undefined;
}

/** Events older than this on receipt are history. */
const BACKFILL_AGE_MS = 24 * 3600_000;

export function factOf(body: Ledgered, settings: FactSettings): Fact {
  const { recvMs, traceId, spanId } = settings;
  const tenant = settings.exercise ? exerciseTenant(settings.tenant) : settings.tenant;
  const fact: Fact = {
    id: factIdOf(tenant, body),
    tenant,
    atMs: body.atMs,
    recvMs,
    origin: settings.backfill || recvMs - body.atMs > BACKFILL_AGE_MS ? 'backfill' : 'live',
    exercise: settings.exercise,
    source: settings.source,
    body,
  };
  if (traceId !== undefined) fact.trace = spanId === undefined ? { traceId } : { traceId, spanId };
  return fact;
}
