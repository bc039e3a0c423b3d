import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChangeObservation, Fact, FindingObservation } from '@cnapp-slo/model';
import { DEFAULT_EPISODE_POLICY } from '@cnapp-slo/model';
import { factOf } from '../pipeline/facts.ts';
import { Processor } from '../pipeline/processor.ts';
import { SqliteStore } from '../storage/sqlite/store.ts';
import { ProcessorEstateReader } from './estate-reader.ts';
import { EstateSliReader } from './sli-reader.ts';

const T0 = Date.parse('2026-10-01T00:00:00Z');
const MINUTE = 60_000;
const source = { id: 'ocsf/1', format: 'ocsf', scope: '1' };
const bucket = { id: 'arn:aws:s3:::a', kind: 's3_bucket', provider: 'aws' as const, account: '1' };

function fail(minute: number, more: Partial<FindingObservation> = {}): FindingObservation {
  return {
    kind: 'finding',
    detector: 'prowler',
    detectorClass: 'posture',
    rule: 'r',
    title: 'Bucket is public',
    asset: bucket,
    verdict: 'fail',
    severity: 'critical',
    atMs: T0 + minute * MINUTE,
    ...more,
  };
}

function opened(minute: number): ChangeObservation {
  return {
    kind: 'change',
    nativeId: `e${minute}`,
    changeKind: 'api',
    action: 'aws:s3:PutBucketPolicy',
    atMs: T0 + minute * MINUTE,
    assets: [bucket],
    actor: { id: 'dev', kind: 'human' },
    outcome: 'success',
  };
}

class Stage {
  now = T0;
  readonly processor = new Processor({
    store: new SqliteStore(':memory:'),
    policy: DEFAULT_EPISODE_POLICY,
    canCause: () => true,
    now: () => this.now,
    maxQueuedBytes: 1_000_000,
    telemetry: { commit: () => {}, records: () => {} },
    failed: (what, error) => assert.fail(`${what}: ${error}`),
  });
  readonly slis = new EstateSliReader(this.processor, () => this.now, {});
  readonly estate = new ProcessorEstateReader(this.processor, () => this.now, {});

  /** Received at `minute`. */
  async receive(minute: number, ...bodies: (FindingObservation | ChangeObservation)[]): Promise<void> {
    this.now = T0 + minute * MINUTE;
    const facts: Fact[] = bodies.map((body) =>
      factOf(body, { tenant: 'default', recvMs: this.now, backfill: false, exercise: false, source }),
    );
    await this.processor.submit({
      facts,
      bytes: 1,
      accepted: { status: 'accepted', records: facts.length, rejected: 0 },
      noteSources: (book) =>
        book.note({
          tenant: 'default',
          format: 'ocsf',
          scope: '1',
          records: 1,
          recognised: 1,
          bytes: 1,
          rejects: {},
          facts,
          receivedMs: this.now,
        }),
    });
  }
}

test('no data is null, with a reason, and never a healthy status', () => {
  for (const report of new Stage().slis.list()) {
    assert.deepEqual([report.value, report.ratio, report.coverage, report.status], [null, null, null, 'no_data']);
    assert.equal(report.reason, 'nothing of this kind happened in the window');
    assert.deepEqual(report.budget, { remaining: null, burn: { '1h': null, '6h': null, '1d': null, '3d': null } });
  }
});

test('(8) an audit event 40 min late restates the value; what was announced to alerting stays', async () => {
  const stage = new Stage();
  // An earlier PASS bounds the start: 90 min, a miss. The audit event then shows that it was 20 min.
  await stage.receive(0, fail(0, { verdict: 'pass' }));
  await stage.receive(90, fail(90));
  const before = stage.slis.get('mttd-config');
  assert.deepEqual([before?.value, before?.good, before?.bad], [5400, 0, 1]);
  await stage.receive(130, opened(70));
  const after = stage.slis.get('mttd-config');
  assert.deepEqual([after?.value, after?.good, after?.bad], [1200, 1, 0]);
  // As of then, it still is what was known then.
  const then = stage.slis.get('mttd-config', { asOfMs: T0 + 100 * MINUTE });
  assert.deepEqual([then?.value, then?.good, then?.bad], [5400, 0, 1]);
  const announced = stage.processor.events.totals().filter((one) => one.sli === 'mttd-config');
  assert.deepEqual(announced, [{ tenant: 'default', sli: 'mttd-config', outcome: 'bad', count: 1, restated: 1 }]);
  assert.equal(stage.slis.get('mttd-config')?.budget.burn['6h'], 20); // 1 of 1 bad, by arrival: 1 / (1 − .95)
});

test('a window that ends in the past holds what has been learnt since, and says where it ends', async () => {
  const stage = new Stage();
  await stage.receive(0, fail(0, { verdict: 'pass' }));
  await stage.receive(90, fail(90));
  await stage.receive(130, opened(70));
  const query = { window: '1h', untilMs: T0 + 100 * MINUTE };
  const report = stage.slis.get('mttd-config', query);
  assert.deepEqual([report?.value, report?.good], [1200, 1]); // 70 → 90 min, though the change came at 130
  assert.deepEqual([report?.until, report?.as_of], ['2026-10-01T01:40:00.000Z', '2026-10-01T02:10:00.000Z']);
  assert.equal(stage.slis.get('mttd-config', { ...query, asOfMs: T0 + 100 * MINUTE })?.value, 5400);
  assert.equal(stage.slis.get('mttd-config', { ...query, untilMs: T0 + 80 * MINUTE })?.value, null);
});

test('(10) a thousand pods of one workload are one episode', async () => {
  const stage = new Stage();
  const workload = {
    id: 'prod/apps/deployment/shop/cart',
    kind: 'deployment',
    provider: 'kubernetes' as const,
    cluster: 'prod',
  };
  for (let i = 0; i < 1000; i += 100) {
    const pods = Array.from({ length: 100 }, (_, k) =>
      fail(i / 100, { asset: workload, evidence: { pod: `cart-${i + k}` } }),
    );
    await stage.receive(i / 100, ...pods);
  }
  const { items } = stage.estate.findings({});
  assert.equal(items.length, 1);
  assert.equal(stage.estate.finding(items[0]?.id ?? '')?.episodes?.length, 1);
});

test('explain lists the members behind the numbers, paged, and the counts agree', async () => {
  const stage = new Stage();
  const other = (name: string) => ({ asset: { ...bucket, id: `arn:aws:s3:::${name}` } });
  await stage.receive(
    0,
    fail(0, { verdict: 'pass' }),
    fail(0, { verdict: 'pass', ...other('b') }),
    fail(0, { verdict: 'pass', ...other('c') }),
  );
  await stage.receive(30, fail(30), fail(30, other('b')));
  await stage.receive(200, fail(200, other('c')));
  const first = stage.slis.explain('mttd-config', { limit: 2 });
  assert.deepEqual(first?.counts, { good: 2, bad: 1, excluded: 0, pending: 0 });
  assert.deepEqual([first?.sli.good, first?.sli.bad], [2, 1]);
  assert.deepEqual(
    first?.items.map((item) => [item.role, item.duration_seconds]),
    [
      ['bad', 12_000],
      ['good', 1800],
    ],
  );
  const second = stage.slis.explain('mttd-config', { limit: 2, cursor: first?.next_cursor ?? '' });
  assert.deepEqual([second?.items.length, second?.next_cursor], [1, null]);
  assert.throws(() => stage.slis.explain('mttd-config', { cursor: 'nonsense' }), RangeError);
});

test('a source that falls silent takes coverage down and the status with it', async () => {
  const stage = new Stage();
  await stage.receive(0, fail(0, { verdict: 'pass' }), opened(1));
  for (let minute = 10; minute <= 60; minute += 10) await stage.receive(minute, fail(minute));
  const fresh = stage.slis.get('mttd-config');
  assert.deepEqual([fresh?.coverage, fresh?.status, stage.estate.sources()[0]?.status], [1, 'ok', 'fresh']);
  stage.now += 3 * 3600_000;
  const silent = stage.slis.get('mttd-config');
  assert.deepEqual(
    [silent?.coverage, silent?.status, stage.estate.sources()[0]?.status],
    [0, 'insufficient', 'silent'],
  );
  assert.match(silent?.reason ?? '', /1 of 1 sources not fresh: ocsf\/1/);
});

test('what comes while a series is read shows in the points that are read after it', async () => {
  const stage = new Stage();
  await stage.receive(0, fail(0, { verdict: 'pass' }));
  await stage.receive(90, opened(70), fail(90));
  stage.now = T0 + 4 * 60 * MINUTE;
  const query = { window: '4h', stepSeconds: 3600 };
  const series = stage.slis.series('mttd-config', query)?.[Symbol.iterator]();
  assert.deepEqual([series?.next().value?.value, series?.next().value?.value], [null, null]);
  const other = { ...bucket, id: 'arn:aws:s3:::b' };
  await stage.receive(100, fail(0, { verdict: 'pass', asset: other }));
  await stage.receive(110, { ...opened(100), nativeId: 'other', assets: [other] }, fail(110, { asset: other }));
  stage.now = T0 + 4 * 60 * MINUTE;
  // 20 minutes, and now 10 more.
  assert.equal(series?.next().value?.value, 900);
  const after = [...(stage.slis.series('mttd-config', query) ?? [])];
  assert.deepEqual([series?.next().value, series?.next().value], after.slice(3));
});

test('a series shows each past window by today’s knowledge, with empty ones null', async () => {
  const stage = new Stage();
  await stage.receive(0, fail(0, { verdict: 'pass' }));
  await stage.receive(90, opened(70), fail(90));
  stage.now = T0 + 4 * 60 * MINUTE;
  const series = [...(stage.slis.series('mttd-config', { window: '4h', stepSeconds: 3600 }) ?? [])];
  assert.deepEqual(
    series.map((point) => [point.at, point.value, point.good]),
    [
      ['2026-10-01T00:00:00.000Z', null, 0],
      ['2026-10-01T01:00:00.000Z', null, 0],
      ['2026-10-01T02:00:00.000Z', 1200, 1],
      ['2026-10-01T03:00:00.000Z', 1200, 1],
      ['2026-10-01T04:00:00.000Z', 1200, 1],
    ],
  );
});
