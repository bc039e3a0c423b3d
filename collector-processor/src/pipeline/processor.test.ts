import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { ChangeObservation, Fact, FindingObservation, Observation, Transition } from '@cnapp-slo/model';
import { DEFAULT_EPISODE_POLICY } from '@cnapp-slo/model';
import fc from 'fast-check';
import { foldLedger } from '../reporting/as-of.ts';
import { SqliteStore } from '../storage/sqlite/store.ts';
import { factOf, findingIdOf } from './facts.ts';
import { Processor } from './processor.ts';

const T0 = Date.parse('2026-10-01T00:00:00Z');
const HOUR = 3600_000;
type Told = Exclude<Observation, { kind: 'activity' }>;

function bucket(name: string) {
  return { id: `arn:aws:s3:::${name}`, kind: 's3_bucket', provider: 'aws' as const, account: '111122223333' };
}

function verdict(
  name: string,
  hour: number,
  is: FindingObservation['verdict'],
  more: Partial<FindingObservation> = {},
): FindingObservation {
  return {
    kind: 'finding',
    detector: 'prowler',
    detectorClass: 'posture',
    rule: 's3_bucket_public_access',
    title: 'Bucket is public',
    asset: bucket(name),
    verdict: is,
    severity: 'critical',
    atMs: T0 + hour * HOUR,
    ...more,
  };
}

function change(name: string, hour: number): ChangeObservation {
  return {
    kind: 'change',
    nativeId: `event-${name}-${hour}`,
    changeKind: 'api',
    action: 'aws:s3:PutBucketPolicy',
    atMs: T0 + hour * HOUR,
    assets: [bucket(name)],
    actor: { id: 'dev', kind: 'human' },
    outcome: 'success',
  };
}

function drift(
  name: string,
  hour: number,
  is: 'pass' | 'fail',
  intervalSeconds: number | undefined,
): FindingObservation {
  const kind = is === 'fail' ? { kind: 'modified' as const } : {};
  const interval = intervalSeconds === undefined ? {} : { intervalSeconds };
  return verdict(name, hour, is, {
    detector: 'terraform',
    detectorClass: 'drift',
    rule: 'drift',
    drift: { ...kind, ...interval },
  });
}

function factsOf(told: readonly Told[], recvMs?: number): Fact[] {
  return told.map((body) =>
    factOf(body, {
      tenant: 'default',
      recvMs: recvMs ?? body.atMs + 5000,
      backfill: false,
      exercise: false,
      source: { id: 'test', format: 'test', scope: 'test' },
    }),
  );
}

function processor(store = new SqliteStore(':memory:')): Processor {
  return new Processor({
    store,
    policy: DEFAULT_EPISODE_POLICY,
    canCause: (finding, cause) => finding.detectorClass === 'posture' && cause.action === 'aws:s3:PutBucketPolicy',
    now: () => T0 + 100 * HOUR,
    maxQueuedBytes: 1_000_000,
    telemetry: { commit: () => {}, records: () => {} },
    failed: (what, error) => assert.fail(`${what}: ${error}`),
  });
}

async function send(to: Processor, facts: readonly Fact[]): Promise<void> {
  const result = await to.submit({
    facts,
    bytes: 1,
    accepted: { status: 'accepted', records: facts.length, rejected: 0 },
    noteSources: () => {},
  });
  assert.equal(result.status, 'accepted');
}

const story: readonly Told[] = [
  verdict('a', 0, 'pass'),
  change('a', 1),
  verdict('a', 2, 'fail'),
  verdict('a', 3, 'fail'),
  change('a', 4),
  verdict('a', 5, 'pass'),
  verdict('a', 6, 'pass'),
  verdict('b', 2, 'fail'),
  verdict('b', 3, 'fail'),
  drift('a', 1, 'pass', 3600),
  drift('a', 2, 'pass', 3600),
  drift('a', 3, 'fail', 3600),
  drift('a', 8, 'pass', 3600),
  drift('b', 1, 'fail', undefined),
  drift('b', 3, 'pass', undefined),
  drift('b', 9, 'pass', undefined),
];

/** Two scans of a snapshot detector: the second, complete, lacks what the first found; a third fails and closes nothing. */
const snapshots: readonly Told[] = [
  vulnerability(1, 'scan-1', 'CVE-1'),
  vulnerability(1, 'scan-1', 'CVE-2'),
  scan(1, 'scan-1', true),
  vulnerability(3, 'scan-2', 'CVE-2'),
  scan(3, 'scan-2', true),
  scan(5, 'scan-3', false),
  { kind: 'asset', asset: bucket('b'), state: 'deleted', atMs: T0 + 6 * HOUR, cause: 'DeleteBucket' },
  {
    kind: 'asset',
    asset: bucket('a'),
    state: 'present',
    atMs: T0 + HOUR,
    context: { owner: 'payments', criticality: 'c0' },
  },
  { kind: 'asset', asset: bucket('a'), state: 'present', atMs: T0 + 2 * HOUR, context: { owner: 'billing' } },
];

function vulnerability(hour: number, scanId: string, rule: string): FindingObservation {
  return verdict('image', hour, 'fail', {
    detector: 'trivy',
    detectorClass: 'vulnerability',
    rule,
    scope: 'image',
    scanId,
  });
}

function scan(hour: number, scanId: string, complete: boolean): Told {
  return {
    kind: 'scan',
    detector: 'trivy',
    detectorClass: 'vulnerability',
    scope: 'image',
    scanId,
    atMs: T0 + hour * HOUR,
    complete,
    absenceCloses: true,
  };
}

test('a complete snapshot closes by absence; a failed one closes nothing', async () => {
  const subject = processor();
  await send(subject, factsOf(snapshots));
  const states = [...subject.estate.findings.values()].map(({ finding, episodes }) => [
    finding.rule,
    episodes[0]?.state,
    episodes[0]?.clocks.t_verify?.atMs,
  ]);
  assert.deepEqual(states.sort(), [
    ['CVE-1', 'closed', T0 + 3 * HOUR],
    ['CVE-2', 'open', undefined],
  ]);
  const asset = subject.estate.assets.get('a:default:arn:aws:s3:::a')?.asset;
  assert.deepEqual([asset?.team, asset?.criticality], ['billing', 'c0']); // the later word on each field
});

test('(1) the same payload twice adds no fact and changes nothing', async () => {
  const subject = processor();
  await send(subject, factsOf(story));
  const [facts, dump] = [subject.store.factCount(), subject.estate.dump()];
  await send(subject, factsOf(story));
  assert.deepEqual([subject.store.factCount(), subject.estate.dump()], [facts, dump]);
});

test('live processing, one delivery a fact, gives what a fold of the ledger gives, byte for byte', async () => {
  const subject = processor();
  for (const fact of factsOf([...story, ...snapshots])) await send(subject, [fact]);
  assert.equal(foldLedger(subject.store.ledger(), subject).estate.dump(), subject.estate.dump());
});

test('any order of arrival, split into any deliveries, gives one state', async () => {
  const once = processor();
  const facts = factsOf([...story, ...snapshots], T0 + 20 * HOUR);
  await send(once, facts);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(facts, { minLength: facts.length, maxLength: facts.length }),
      fc.integer({ min: 1, max: 5 }),
      async (shuffled, size) => {
        const subject = processor();
        for (let at = 0; at < shuffled.length; at += size) await send(subject, shuffled.slice(at, at + size));
        assert.equal(subject.estate.dump(), once.estate.dump());
      },
    ),
    { numRuns: 60, seed: 7 },
  );
});

test('a restart finds the state as it was left', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cnapp-'));
  try {
    const first = processor(new SqliteStore(join(folder, 'cnapp.db')));
    await send(first, factsOf(story));
    const [dump, totals] = [first.estate.dump(), first.events.totals()];
    await first.stop();
    const second = processor(new SqliteStore(join(folder, 'cnapp.db')));
    assert.equal(second.estate.dump(), dump);
    assert.deepEqual(second.events.totals(), totals);
    await second.stop();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what is said of a finding before anybody has seen it counts, also when a restart lies between', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cnapp-'));
  try {
    const [fail] = factsOf([verdict('early', 1, 'fail')]);
    assert.ok(fail);
    const told = factOf(
      {
        kind: 'acknowledgement',
        subjectId: findingIdOf('default', fail.body as FindingObservation),
        actor: { id: 'ada', kind: 'human' },
        channel: 'pager',
        atMs: T0 + 2 * HOUR,
      },
      {
        tenant: 'default',
        recvMs: T0 + 2 * HOUR,
        backfill: false,
        exercise: false,
        source: { id: 'api/acknowledgement', format: 'api', scope: 'acknowledgement' },
      },
    );
    const first = processor(new SqliteStore(join(folder, 'cnapp.db')));
    await send(first, [told]);
    await first.stop();
    const second = processor(new SqliteStore(join(folder, 'cnapp.db')));
    await send(second, [fail]);
    const together = processor();
    await send(together, [fail, told]);
    for (const subject of [second, together]) {
      const [state] = [...subject.estate.findings.values()];
      assert.equal(state?.episodes[0]?.clocks.t_ack?.atMs, T0 + 2 * HOUR);
    }
    await second.stop();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a start that finds no read models folds the whole ledger, some thousand facts at a time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cnapp-'));
  const path = join(folder, 'cnapp.db');
  try {
    const first = processor(new SqliteStore(path));
    const many = Array.from({ length: 3000 }, (_, n) => [verdict(`b-${n}`, 1, 'fail'), verdict(`b-${n}`, 3, 'pass')]);
    await send(first, factsOf([...story, ...snapshots, ...many.flat()]));
    assert.ok(first.store.factCount() > 6000);
    const dump = first.estate.dump();
    await first.stop();
    const db = new DatabaseSync(path);
    db.exec("DELETE FROM states; DELETE FROM meta WHERE key = 'stored_seq'");
    db.close();
    for (const start of ['folded', 'as that stored it']) {
      const next = processor(new SqliteStore(path));
      assert.ok(next.estate.dump() === dump, start);
      await next.stop();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an episode announces its steps once, after the commit', async () => {
  const subject = processor();
  const seen: string[] = [];
  subject.feed.subscribe((transitions: readonly Transition[]) => {
    for (const { at, finding } of transitions) seen.push(`${finding.asset.id.slice(-1)} ${at}`);
  });
  for (const body of story.slice(0, 7)) await send(subject, factsOf([body]));
  assert.deepEqual(seen, ['a detected', 'a remediated', 'a verified', 'a closed']);
  assert.equal(
    (
      await subject.record(
        { kind: 'acknowledgement', subjectId: 'f_nope', actor: { id: 'x', kind: 'human' }, channel: 'api', atMs: T0 },
        'default',
      )
    ).status,
    'unknown_subject',
  );
});

test('good and bad events are announced once, and outlive a dismissal as restated', async () => {
  const subject = processor();
  await send(subject, factsOf(story));
  const finding = [...subject.estate.findings.values()].find(
    (state) => state.finding.asset.id === bucket('a').id && state.finding.detectorClass === 'posture',
  );
  assert.ok(finding);
  const of = (sli: string) =>
    subject.events
      .totals()
      .filter((one) => one.sli === sli)
      .map(({ outcome, count, restated }) => ({ outcome, count, restated }));
  // a: changed at 1 h, detected at 2 h: 3600 s is within the hour; fixed 3 h after detection: within 24 h.
  assert.deepEqual(of('mttd-config'), [{ outcome: 'good', count: 1, restated: 0 }]);
  // b: open since 2 h, with its deadline at 26 h and now at 100 h.
  assert.deepEqual(of('mttr'), [
    { outcome: 'bad', count: 1, restated: 0 },
    { outcome: 'good', count: 1, restated: 0 },
  ]);
  await subject.record(
    {
      kind: 'verdict',
      subjectId: finding.finding.id,
      verdict: 'fp',
      actor: { id: 'ana', kind: 'human' },
      atMs: T0 + 7 * HOUR,
    },
    'default',
  );
  assert.deepEqual(of('mttd-config'), [{ outcome: 'good', count: 1, restated: 1 }]);
});

test('a deadline that passes with the episode open is announced as bad', async () => {
  const subject = processor();
  await send(subject, factsOf([change('c', 70), verdict('c', 71, 'fail')])); // deadline at 95 h, now is 100 h
  subject.tick();
  assert.deepEqual(
    subject.events.totals().find((one) => one.sli === 'mttr'),
    { tenant: 'default', sli: 'mttr', outcome: 'bad', count: 1, restated: 0 },
  );
});
