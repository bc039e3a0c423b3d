import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ChangeObservation, Fact, FindingObservation, GateObservation } from '@cnapp-slo/model';
import { DEFAULT_EPISODE_POLICY, exerciseTenant } from '@cnapp-slo/model';
import fc from 'fast-check';
import { foldLedger } from '../reporting/as-of.ts';
import { SqliteStore } from '../storage/sqlite/store.ts';
import { factOf, type Ledgered } from './facts.ts';
import { Processor } from './processor.ts';

const T0 = Date.parse('2026-10-01T00:00:00Z');
const HOUR = 3600_000;
const DIGEST = `sha256:${'a'.repeat(64)}`;
const ana = { id: 'ana', kind: 'human' as const };
const at = (hour: number): number => T0 + hour * HOUR;
const workload = {
  id: 'c/apps/deployment/shop/cart',
  kind: 'deployment',
  provider: 'kubernetes' as const,
  cluster: 'c',
};

function gate(hour: number, name: string, verdict: GateObservation['verdict']): Ledgered {
  return { kind: 'gate', repository: 'r', revision: 'v1', gate: name, verdict, enforced: true, atMs: at(hour) };
}

function change(hour: number, more: Partial<ChangeObservation> = {}): Ledgered {
  return {
    kind: 'change',
    nativeId: `event-${hour}`,
    changeKind: 'api',
    action: 'aws:s3:PutBucketPolicy',
    atMs: at(hour),
    assets: [workload],
    actor: ana,
    outcome: 'success',
    ...more,
  };
}

function detection(hour: number, more: Partial<FindingObservation> = {}): Ledgered {
  return {
    kind: 'finding',
    detector: 'falco',
    detectorClass: 'runtime',
    rule: 'shell',
    title: 'Shell in a container',
    asset: workload,
    verdict: 'fail',
    severity: 'critical',
    atMs: at(hour),
    ...more,
  };
}

const vulnerable = (hour: number): Ledgered =>
  detection(hour, { detector: 'trivy', detectorClass: 'vulnerability', rule: 'CVE-1', evidence: { digest: DIGEST } });

function scan(hour: number, complete: boolean): Ledgered {
  return {
    kind: 'scan',
    detector: 'prowler',
    detectorClass: 'posture',
    scope: '111122223333',
    scanId: `scan-${hour}`,
    atMs: at(hour),
    complete,
    absenceCloses: complete,
    ...(!complete && { error: 'Throttling' }),
    assets: hour,
  };
}

function factsFor(bodies: readonly Ledgered[], exercise: boolean): Fact[] {
  const source = { id: 'test', format: 'test', scope: 'test' };
  return bodies.map((body) => factOf(body, { tenant: 'default', recvMs: at(96), backfill: false, exercise, source }));
}

/** Two facts or more of everything that is joined by a record. */
const facts: readonly Fact[] = [
  ...factsFor(
    [
      ...[gate(1, 'iac', 'fail'), gate(2, 'iac', 'pass'), gate(1, 'sast', 'pass')],
      change(3, { vcs: { repository: 'r', revision: 'v1', ref: 'main' } }),
      ...[change(40), change(41, { actor: { id: 'ana', kind: 'unknown' } })],
      ...[scan(1, true), scan(20, false), scan(21, false), scan(90, true)],
      ...[0, 0.1, 4].map((hour): Ledgered => {
        return { kind: 'heartbeat', agent: 'falco', node: 'n1', atMs: at(hour), dropped: hour, received: 100 };
      }),
      ...[detection(1), detection(1.5), detection(30), vulnerable(1), vulnerable(40)],
      ...[2, 3].map((hour): Ledgered => {
        return { kind: 'sbom', digest: DIGEST, subject: 's', spec: 'spdx', components: hour, atMs: at(hour) };
      }),
      { kind: 'incident', incidentId: 'I1', step: 'declared', severity: 'S2', actor: ana, atMs: at(5) },
      { kind: 'incident', incidentId: 'I1', step: 'closed', actor: ana, atMs: at(9) },
    ],
    false,
  ),
  ...factsFor(
    [{ kind: 'exercise', exerciseId: 'E1', techniques: ['T1059'], actor: ana, atMs: at(1) }, detection(1)],
    true,
  ),
];

function processor(store = new SqliteStore(':memory:')): Processor {
  return new Processor({
    store,
    policy: DEFAULT_EPISODE_POLICY,
    canCause: () => false,
    now: () => at(100),
    maxQueuedBytes: 1_000_000,
    telemetry: { commit: () => {}, records: () => {} },
    failed: (what, error) => assert.fail(`${what}: ${error}`),
  });
}

async function send(to: Processor, batch: readonly Fact[]): Promise<void> {
  const accepted = { status: 'accepted', records: batch.length, rejected: 0 } as const;
  const result = await to.submit({ facts: batch, bytes: 1, accepted, noteSources: () => {} });
  assert.equal(result.status, 'accepted');
}

test('records: any order of arrival, duplicates, and a fold of the ledger give one state', async () => {
  const once = processor();
  await send(once, facts);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...facts], { minLength: facts.length, maxLength: facts.length }),
      fc.integer({ min: 1, max: 5 }),
      async (shuffled, size) => {
        const subject = processor();
        for (let from = 0; from < shuffled.length; from += size) await send(subject, shuffled.slice(from, from + size));
        await send(subject, shuffled.slice(0, size));
        assert.equal(subject.estate.dump(), once.estate.dump());
        assert.equal(foldLedger(subject.store.ledger(), subject).estate.dump(), once.estate.dump());
      },
    ),
    { numRuns: 40, seed: 11 },
  );
});

test('records: a restart in the middle changes nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cnapp-'));
  try {
    const path = join(folder, 'cnapp.db');
    const first = processor(new SqliteStore(path));
    await send(first, facts.slice(0, 9));
    await first.stop();
    const second = processor(new SqliteStore(path));
    await send(second, facts.slice(9));
    const once = processor();
    await send(once, facts);
    assert.equal(second.estate.dump(), once.estate.dump());
    await second.stop();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an exercise on a production asset shares no finding, asset or count with production', async () => {
  const subject = processor();
  await send(subject, factsFor([detection(1)], false));
  const before = subject.estate.dump();
  await send(subject, factsFor([detection(1), detection(1.2), change(1)], true));
  const tenants = [...subject.estate.findings.values()].map(({ finding, episodes }) => [
    finding.tenant,
    episodes.map((episode) => episode.exercise),
  ]);
  assert.deepEqual(tenants, [
    ['default', [false]],
    [exerciseTenant('default'), [true]],
  ]);
  for (const line of before.split('\n')) assert.ok(subject.estate.dump().includes(line));
  assert.deepEqual(
    subject.estate.records.list('detections').map(({ hours }) => hours[1]),
    [1],
  );
});
