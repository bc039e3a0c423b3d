import type { AssetRef } from './asset.ts';
import type { FindingFacts } from './episodes-of.ts';
import type {
  AcceptanceInput,
  AcknowledgementInput,
  ActionInput,
  Fact,
  FactBody,
  PersonInput,
  VerdictInput,
} from './fact.ts';
import type { ChangeObservation, FindingObservation, FindingVerdict, Severity } from './observation.ts';

/** Short words for the facts of a test's story. Minutes count from `T0`; receipt is ten seconds later unless said. */
export const T0 = Date.parse('2026-10-01T00:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const BUCKET: AssetRef = { id: 'arn:aws:s3:::invoices', kind: 's3_bucket', provider: 'aws', account: '111122223333' };
let count = 0;

function fact<B extends FactBody>(body: B, recvMs?: number): Fact<B> {
  count += 1;
  return {
    id: `${String(count).padStart(6, '0')}`,
    tenant: 'default',
    atMs: body.atMs,
    recvMs: recvMs ?? body.atMs + 10_000,
    origin: 'live',
    exercise: false,
    source: { id: 'test', format: body.kind === 'change' ? 'cloudtrail' : 'ocsf', scope: 'test' },
    body,
  };
}

export function verdict(
  at: number,
  kind: FindingVerdict,
  more: Partial<FindingObservation> & { severity?: Severity } = {},
): Fact<FindingObservation> {
  return fact({
    kind: 'finding',
    detector: 'prowler',
    detectorClass: 'posture',
    rule: 's3_bucket_public_access',
    title: 'Bucket is public',
    asset: BUCKET,
    verdict: kind,
    severity: 'critical',
    atMs: T0 + at,
    ...more,
  });
}

export function change(at: number, action = 'aws:s3:PutBucketPolicy', recvAt?: number): Fact<ChangeObservation> {
  const body: ChangeObservation = {
    kind: 'change',
    nativeId: `event-${at}-${action}`,
    changeKind: 'api',
    action,
    atMs: T0 + at,
    assets: [BUCKET],
    actor: { id: 'dev@example.com', kind: 'human' },
    outcome: 'success',
  };
  return fact(body, recvAt === undefined ? undefined : T0 + recvAt);
}

export function deleted(at: number): Fact {
  return fact({ kind: 'asset', asset: BUCKET, state: 'deleted', atMs: T0 + at, cause: 'DeleteBucket' });
}

export function alerted(at: number): Fact<PersonInput> {
  return fact({ kind: 'alert', subjectId: 'f_1', channel: 'alertmanager', precision: 'inferred', atMs: T0 + at });
}

/** What Ana said, or did. */
export function said(
  at: number,
  what: Pick<AcknowledgementInput, 'kind' | 'channel' | 'withdrawn'> | Pick<ActionInput, 'kind' | 'action'>,
): Fact<PersonInput> {
  return fact({ ...what, subjectId: 'f_1', actor: { id: 'ana', kind: 'human' }, atMs: T0 + at });
}

export function labelled(at: number, label: VerdictInput['verdict']): Fact<VerdictInput> {
  return fact({
    kind: 'verdict',
    subjectId: 'f_1',
    verdict: label,
    actor: { id: 'ana', kind: 'human' },
    atMs: T0 + at,
  });
}

export function accepted(at: number, until: number, approver = 'boss'): Fact<AcceptanceInput> {
  return fact({
    kind: 'acceptance',
    subjectId: 'f_1',
    requester: { id: 'dev', kind: 'human' },
    approver: { id: approver, kind: 'human' },
    reason: 'migration',
    atMs: T0 + at,
    expiresMs: T0 + until,
    policy: 'resume',
  });
}

/** The facts of one finding, sorted into where they belong. */
export function story(facts: readonly Fact[], scopeFirstMs: number | null = T0 - 30 * DAY): FindingFacts {
  const of = (kind: string): Fact[] => facts.filter((one) => one.body.kind === kind);
  const inputs = new Set(['alert', 'acknowledgement', 'verdict', 'assignment', 'acceptance', 'action']);
  return {
    findingId: 'f_1',
    tenant: 'default',
    verdicts: of('finding') as FindingFacts['verdicts'],
    scans: of('scan') as FindingFacts['scans'],
    changes: of('change') as FindingFacts['changes'],
    assets: of('asset') as FindingFacts['assets'],
    inputs: facts.filter((one) => inputs.has(one.body.kind)) as FindingFacts['inputs'],
    scopeFirstMs,
  };
}
