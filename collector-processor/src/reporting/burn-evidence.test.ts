import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AssetRef, FindingObservation } from '@cnapp-slo/model';
import { SqliteStore } from '../storage/sqlite/store.ts';
import { ProcessorBurnEvidence } from './burn-evidence.ts';
import { bucket, change, DAY, fail, HOUR, MINUTE, Stage, T0, workload } from './test-stage.ts';

const onWorkload = (i: number, at: number, more: Partial<FindingObservation> = {}): FindingObservation =>
  fail(at, {
    detector: 'trivy',
    detectorClass: 'vulnerability',
    rule: 'CVE-2026-1',
    asset: assetOf(workload, i),
    ...more,
  });
const assetOf = (asset: AssetRef, i: number): AssetRef => ({
  ...asset,
  id: `${asset.id}-${i}`,
  name: `${asset.name}-${i}`,
});
const each = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
/** The scanner has been here before: what it finds now is new, not the backlog of its first scan. */
const known = (stage: Stage) => stage.receive(-2 * DAY, 'trivy', [onWorkload(-1, -2 * DAY, { verdict: 'pass' })]);
const evidenceOf = (stage: Stage) => new ProcessorBurnEvidence(stage.processor, stage.slis, () => stage.now);

function bad(evidence: ProcessorBurnEvidence, sli: string, fromMs = T0): number | undefined {
  return evidence.causesSince(fromMs).find((one) => one.sli === sli && one.outcome === 'bad')?.count;
}

function events(stage: Stage, sli: string): number | undefined {
  return stage.processor.events.totalsSince(T0).find((one) => one.sli === sli && one.outcome === 'bad')?.count;
}

test('one advisory on 150 workloads is 150 misses and one cause, until it has been quiet for 28 days', async () => {
  const stage = new Stage();
  const evidence = evidenceOf(stage);
  await known(stage);
  await stage.receive(0, 'trivy', [...each(150, (i) => onWorkload(i, 0)), onWorkload(0, 0, { rule: 'CVE-2026-2' })]);
  stage.now = T0 + 25 * HOUR; // past the deadline of 24 h
  stage.processor.tick();
  assert.deepEqual([events(stage, 'mttr'), bad(evidence, 'mttr')], [151, 2]);
  assert.equal(bad(evidence, 'mttr', stage.now + 1), 0, 'an empty window is there, at 0');

  await stage.receive(10 * DAY, 'trivy', [onWorkload(200, 10 * DAY)]);
  stage.now = T0 + 12 * DAY;
  stage.processor.tick();
  assert.equal(bad(evidence, 'mttr'), 2, 'eleven days later: the same cause');
  await stage.receive(50 * DAY, 'trivy', [onWorkload(300, 50 * DAY)]);
  stage.now = T0 + 52 * DAY;
  stage.processor.tick();
  assert.equal(bad(evidence, 'mttr'), 3, 'forty days later: another one');
});

test('thirty buckets that one pipeline run opened are one cause; what shares nothing is a cause each', async () => {
  const stage = new Stage();
  const evidence = evidenceOf(stage);
  const opened = (i: number, runId?: string) =>
    change(0, {
      nativeId: `event-${i}`,
      assets: [assetOf(bucket, i)],
      ...(runId !== undefined && { pipeline: { runId } }),
    });
  await stage.receive(MINUTE, 'cloudtrail', [...each(30, (i) => opened(i, 'run-7')), opened(30), opened(31)]);
  await stage.receive(
    2 * HOUR,
    'prowler',
    each(32, (i) => fail(2 * HOUR, { asset: assetOf(bucket, i) })),
  );
  assert.deepEqual([events(stage, 'mttd-config'), bad(evidence, 'mttd-config')], [32, 3]);
});

test('a restart knows the same causes and CUSUMs', async () => {
  const store = new SqliteStore(':memory:');
  const stage = new Stage({ store });
  const evidence = evidenceOf(stage);
  await known(stage);
  await stage.receive(
    0,
    'trivy',
    each(5, (i) => onWorkload(i, 0, i > 2 ? { rule: `CVE-2026-${i}` } : {})),
  );
  stage.now = T0 + 25 * HOUR;
  stage.processor.tick();
  const restarted = new Stage({ store });
  restarted.now = stage.now;
  const again = evidenceOf(restarted);
  assert.equal(bad(again, 'mttr'), 3);
  assert.deepEqual(again.causesSince(T0), evidence.causesSince(T0));
  assert.deepEqual(again.cusums(), evidence.cusums());
});

test('the CUSUM weighs each cause once', async () => {
  const stage = new Stage();
  const evidence = evidenceOf(stage);
  await known(stage);
  await stage.receive(0, 'trivy', [...each(150, (i) => onWorkload(i, 0))]);
  stage.now = T0 + 25 * HOUR;
  stage.processor.tick();
  const cusum = evidence.cusums().find(({ sli }) => sli === 'mttr');
  // One miss at p0 = 0.05: the likelihood ratios are 3, 6 and 14.4 (50 times is beyond certainty), ln(23.4 / 3) = 2.0541.
  assert.ok(Math.abs((cusum?.statistic ?? 0) - Math.log(23.4 / 3)) < 1e-9);
  // One event in a history of a day at most: ln(1 · 90).
  assert.ok(Math.abs((cusum?.threshold ?? 0) - Math.log(90)) < 1e-9);
  assert.equal(
    evidence.cusums().some(({ sli }) => sli === 'drift-rate'),
    false,
    'seconds are no events',
  );
});

test('misses are named by team, and an asset without an owner is unowned', async () => {
  const stage = new Stage();
  const evidence = evidenceOf(stage);
  await known(stage);
  const owned = (i: number, team: string) => onWorkload(i, 0, { context: { owner: team } });
  await stage.receive(0, 'trivy', [
    ...each(3, (i) => owned(i, 'payments')),
    ...each(2, (i) => owned(10 + i, 'web')),
    onWorkload(20, 0),
  ]);
  assert.deepEqual(evidence.missesSince(T0), []);
  stage.now = T0 + 25 * HOUR;
  stage.processor.tick();
  const misses = evidence.missesSince(T0).filter(({ sli }) => sli === 'mttr');
  assert.deepEqual(Object.fromEntries(misses.map(({ team, count }) => [team, count])), {
    payments: 3,
    web: 2,
    unowned: 1,
  });
});

test('of SLIs that measure time the seconds are named by team', async () => {
  const stage = new Stage();
  const evidence = evidenceOf(stage);
  const drift = { kind: 'modified', intervalSeconds: 4 * 3600 } as const;
  await stage.receive(0, 'driftctl', [
    fail(0, { detector: 'driftctl', detectorClass: 'drift', drift, context: { owner: 'payments' } }),
  ]);
  stage.now = T0 + 2 * HOUR;
  const team = (fromMs: number) => evidence.missesSince(fromMs).filter(({ sli }) => sli === 'drift-rate');
  assert.deepEqual(team(T0), [{ tenant: 'default', sli: 'drift-rate', team: 'payments', count: 7200 }]);
  assert.deepEqual(team(stage.now - HOUR), [{ tenant: 'default', sli: 'drift-rate', team: 'payments', count: 3600 }]);
});

test('of exposure the longest is named, however many there are', async () => {
  const stage = new Stage();
  const evidence = evidenceOf(stage);
  await known(stage);
  const late = (i: number, at: number, owner: string) => onWorkload(i, at, { context: { owner } });
  // The limit is 500: what comes last, for an hour less each, is left out.
  await stage.receive(0, 'trivy', [
    ...each(400, (i) => late(i, 0, 'payments')),
    ...each(100, (i) => late(400 + i, 0, 'web')),
  ]);
  await stage.receive(
    HOUR,
    'trivy',
    each(600, (i) => late(500 + i, HOUR, 'late')),
  );
  stage.now = T0 + 26 * HOUR; // past the deadline of 24 h by 2 h
  const misses = evidence.missesSince(T0).filter(({ sli }) => sli === 'incident-burn');
  assert.deepEqual(Object.fromEntries(misses.map(({ team, count }) => [team, count])), {
    payments: 400 * 2 * 3600,
    web: 100 * 2 * 3600,
  });
});
