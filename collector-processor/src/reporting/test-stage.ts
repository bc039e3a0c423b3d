import assert from 'node:assert/strict';
import type {
  AssetRef,
  ChangeObservation,
  Declaration,
  Fact,
  FindingObservation,
  LedgerStore,
  PersonInput,
  ScanObservation,
  SliPolicy,
} from '@cnapp-slo/model';
import { DEFAULT_EPISODE_POLICY } from '@cnapp-slo/model';
import type { EstateRules } from '../pipeline/estate.ts';
import { factOf, findingIdOf, type Ledgered } from '../pipeline/facts.ts';
import { Processor } from '../pipeline/processor.ts';
import { SqliteStore } from '../storage/sqlite/store.ts';
import { ProcessorEstateReader } from './estate-reader.ts';
import { EstateSliReader } from './sli-reader.ts';

export const T0 = Date.parse('2026-10-01T00:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

interface StageSettings {
  store?: LedgerStore;
  policy?: SliPolicy;
  canCause?: (finding: FindingObservation, change: ChangeObservation) => boolean;
  rules?: EstateRules;
}

/** The real processor and readers on a clock of the test's own, for tests. */
export class Stage {
  now = T0;
  readonly processor: Processor;
  readonly slis: EstateSliReader;
  readonly estate: ProcessorEstateReader;

  constructor({ store = new SqliteStore(':memory:'), policy, canCause = () => true, rules }: StageSettings = {}) {
    this.processor = new Processor({
      store,
      policy: DEFAULT_EPISODE_POLICY,
      ...(policy && { sliPolicy: policy }),
      canCause,
      ...(rules && { rules }),
      now: () => this.now,
      maxQueuedBytes: 1_000_000,
      telemetry: { commit: () => {}, records: () => {} },
      failed: (what, error) => assert.fail(`${what}: ${error}`),
    });
    this.slis = new EstateSliReader(this.processor, () => this.now, {});
    this.estate = new ProcessorEstateReader(this.processor, () => this.now, {});
  }

  /** Received `at` ms after T0, from one live source of that format. */
  async receive(
    at: number,
    format: string,
    bodies: readonly Ledgered[],
    more: { exercise?: boolean; bytes?: number } = {},
  ): Promise<void> {
    this.now = T0 + at;
    const source = { id: `${format}/1`, format, scope: '1' };
    const exercise = more.exercise ?? false;
    const settings = { tenant: 'default', recvMs: this.now, backfill: false, exercise, source };
    const facts: Fact[] = bodies.map((body) => factOf(body, settings));
    const note = { format, scope: '1', records: bodies.length, recognised: bodies.length, bytes: more.bytes ?? 0 };
    const result = await this.processor.submit({
      facts,
      bytes: 1,
      accepted: { status: 'accepted', records: facts.length, rejected: 0 },
      noteSources: (book) =>
        book.note({
          ...note,
          tenant: facts[0]?.tenant ?? 'default',
          rejects: {},
          facts,
          receivedMs: this.now,
        }),
    });
    assert.equal(result.status, 'accepted');
  }

  /** What people say, `at` ms after T0. */
  async say(at: number, ...inputs: readonly PersonInput[]): Promise<void> {
    this.now = T0 + at;
    for (const input of inputs) assert.equal((await this.processor.record(input, 'default')).status, 'accepted');
  }

  async declare(at: number, declaration: Declaration): Promise<void> {
    this.now = T0 + at;
    await this.processor.declare(declaration, 'default');
  }
}

export const bucket: AssetRef = { id: 'arn:aws:s3:::a', kind: 's3_bucket', provider: 'aws', name: 'a', account: '1' };
export const workload: AssetRef = {
  id: 'prod/apps/deployment/shop/cart',
  kind: 'deployment',
  provider: 'kubernetes',
  name: 'cart',
  cluster: 'prod',
};

/** A critical failure on the bucket, `at` ms after T0. */
export function fail(at: number, more: Partial<FindingObservation> = {}): FindingObservation {
  return {
    kind: 'finding',
    detector: 'prowler',
    detectorClass: 'posture',
    rule: 'r',
    title: 'Bucket is public',
    asset: bucket,
    verdict: 'fail',
    severity: 'critical',
    atMs: T0 + at,
    ...more,
  };
}

export function change(at: number, more: Partial<ChangeObservation> = {}): ChangeObservation {
  return {
    kind: 'change',
    nativeId: `event-${at}`,
    changeKind: 'api',
    action: 'aws:s3:PutBucketPolicy',
    atMs: T0 + at,
    assets: [bucket],
    actor: { id: 'dev@example.com', kind: 'human' },
    outcome: 'success',
    ...more,
  };
}

export function scan(at: number, complete: boolean, more: Partial<ScanObservation> = {}): ScanObservation {
  return {
    kind: 'scan',
    detector: 'prowler',
    detectorClass: 'posture',
    scope: '1',
    scanId: `scan-${at}`,
    atMs: T0 + at,
    complete,
    absenceCloses: true,
    ...more,
  };
}

/** The id of that finding in the default tenant. */
export function idOf(finding: FindingObservation): string {
  return findingIdOf('default', finding);
}
