import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FindingObservation, SliReport } from '@cnapp-slo/model';
import { isExpectedDrift } from '../policy/capabilities/expected-drift.ts';
import { change, DAY, fail, HOUR, idOf, MINUTE, Stage, scan, T0, workload } from './test-stage.ts';

/**
 * Golden vectors of SLI-DEFINITIONS 12 that are about more than one finding, through the real processor and SQLite. Those of one
 * finding are in `golden-vectors-episodes.test.ts`, 8 and 10 in `sli-reader.test.ts`, 19 in `planted-story/` and
 * `tests/acceptance/one-number.test.ts`.
 */
function reportOf(stage: Stage, id: string): SliReport {
  const report = stage.slis.get(id);
  assert.ok(report);
  return report;
}

test('(7) a storm of scan errors closes nothing, lowers coverage, and leaves the value null', async () => {
  const stage = new Stage();
  // Listed by a complete scan; then scans that list nothing, because they failed.
  await stage.receive(0, 'ocsf', [fail(0, { scope: '1', scanId: 'scan-0' }), scan(0, true)]);
  await stage.receive(5 * MINUTE, 'cloudtrail', [change(-10 * MINUTE)]);
  assert.deepEqual([reportOf(stage, 'mttr').coverage, reportOf(stage, 'mttr').pending], [1, 1]);
  for (let minute = 10; minute <= 60; minute += 1)
    await stage.receive(minute * MINUTE, 'ocsf', [scan(minute * MINUTE, false, { error: 'Throttling' })]);
  const [finding] = stage.estate.findings({}).items;
  assert.equal(finding?.state, 'open');
  const after = reportOf(stage, 'mttr');
  assert.deepEqual([after.value, after.coverage, after.status], [null, 0, 'no_data']);
  assert.match(stage.slis.get('mttd-config')?.reason ?? '', /scans fail: ocsf\/1/);
  assert.equal(reportOf(stage, 'mttd-config').status, 'insufficient');
  assert.equal(stage.slis.get('mttr', { filter: { severity: 'critical' } })?.coverage, 0); // of a slice as well
  const enumerated = reportOf(stage, 'inventory-delta');
  assert.deepEqual([enumerated.value, enumerated.companions?.failed_scans], [1, 51]);
});

function replicas(at: number, writer: string, id: string): FindingObservation {
  const expected = isExpectedDrift('spec.replicas', 9, writer, { min: 3, max: 10 });
  return fail(at, {
    detector: 'argocd',
    detectorClass: 'drift',
    rule: 'drift',
    asset: { ...workload, id },
    drift: { kind: 'modified', changed: ['spec.replicas'], intervalSeconds: 3600, ...(expected && { expected }) },
  });
}

test('(11) an autoscaler that goes from 3 to 9 is expected; kubectl that does is drift', async () => {
  const stage = new Stage();
  await stage.receive(0, 'argocd', [
    replicas(0, 'system:serviceaccount:kube-system:horizontal-pod-autoscaler', 'prod/apps/deployment/shop/scaled'),
    replicas(0, 'kubernetes-admin', 'prod/apps/deployment/shop/edited'),
  ]);
  stage.now = T0 + HOUR;
  const { value, good, bad, excluded } = reportOf(stage, 'drift-rate');
  // An hour of each: one of two resource-hours drifted.
  assert.deepEqual([value, good, bad, excluded], [0.5, 3600, 3600, { autoscaler: 1 }]);
});

test('(12) zero data is null; zero incidents with full data is 100 %', async () => {
  const empty = reportOf(new Stage(), 'incident-burn');
  assert.deepEqual([empty.value, empty.ratio, empty.status], [null, null, 'no_data']);
  const stage = new Stage();
  await stage.receive(0, 'ocsf', [fail(0, { verdict: 'pass' })]);
  stage.now = T0 + DAY;
  const full = reportOf(stage, 'incident-burn');
  // One c2 asset, watched for a day: weight 2.
  assert.deepEqual([full.value, full.ratio, full.good, full.bad], [1, 1, 2 * 86_400, 0]);
});

test('(13) T3 fixes, IaC reverts on day 2: M8’s numerator loses it', async () => {
  const stage = new Stage();
  await stage.receive(0, 'ocsf', [fail(0, { verdict: 'pass' })]);
  await stage.receive(HOUR, 'ocsf', [change(30 * MINUTE), fail(HOUR)]);
  const actor = { id: 'playbook', kind: 'automation' as const };
  const subjectId = idOf(fail(0));
  await stage.say(2 * HOUR, {
    kind: 'action',
    subjectId,
    action: 'remediated',
    tier: 'T3',
    actor,
    atMs: T0 + 2 * HOUR,
  });
  await stage.receive(3 * HOUR, 'ocsf', [fail(3 * HOUR, { verdict: 'pass' })]);
  const before = reportOf(stage, 'automation-rate');
  assert.deepEqual([before.value, before.good, before.bad], [1, 1, 0]);
  await stage.receive(2 * DAY, 'ocsf', [change(2 * DAY - HOUR), fail(2 * DAY)]);
  const after = reportOf(stage, 'automation-rate');
  assert.deepEqual([after.value, after.good, after.bad, after.companions?.false_fixes], [0, 0, 1, 1]);
  // What was known before is still what was known then.
  const then = stage.slis.get('automation-rate', { asOfMs: T0 + 4 * HOUR });
  assert.deepEqual([then?.good, then?.bad], [1, 0]);
});

test('(17) digest A fails, B is rolled out, a complete scan of B lacks it: remediated and verified', async () => {
  const stage = new Stage();
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
  const vulnerable = (at: number, scanId: string): FindingObservation =>
    fail(at, {
      detector: 'trivy',
      detectorClass: 'vulnerability',
      rule: 'CVE-2026-1',
      asset: workload,
      scope: workload.id,
      scanId,
      evidence: { digest: digest('a') },
    });
  const scanned = (at: number, scanId: string) =>
    scan(at, true, { detector: 'trivy', detectorClass: 'vulnerability', scope: workload.id, scanId });
  await stage.receive(0, 'trivy-operator', [vulnerable(0, 'of-a'), scanned(0, 'of-a')]);
  await stage.receive(HOUR, 'k8s-audit', [
    change(HOUR, { action: 'k8s:apps:patch:deployments', assets: [workload], changeKind: 'deploy' }),
  ]);
  await stage.receive(2 * HOUR, 'trivy-operator', [scanned(2 * HOUR, 'of-b')]);
  const [finding] = stage.estate.findings({}).items;
  const [episode, ...more] = stage.estate.finding(finding?.id ?? '')?.episodes ?? [];
  assert.equal(more.length, 0);
  assert.deepEqual(
    [episode?.close_reason, episode?.clocks.t_verify?.at, episode?.clocks.t_remediate?.at],
    ['remediated_verified', '2026-10-01T02:00:00.000Z', '2026-10-01T01:00:00.000Z'],
  );
});

test('(18) 400 baseline findings open past the adoption deadline: M10 is not 100 %', async () => {
  const stage = new Stage();
  const asset = (index: number) => ({
    id: `arn:aws:s3:::b${index}`,
    kind: 's3_bucket',
    provider: 'aws' as const,
    account: '1',
  });
  const all = (at: number) =>
    Array.from({ length: 400 }, (_, index) => fail(at, { asset: asset(index), severity: 'high' }));
  await stage.receive(0, 'ocsf', all(0));
  // Seen again every day: still open, and watched.
  for (let day = 1; day <= 40; day += 1) await stage.receive(day * DAY, 'ocsf', all(day * DAY));
  const report = reportOf(stage, 'incident-burn');
  // Day 12 to day 40; adopted until day 30, unsafe in the last 10 of 28 days.
  assert.ok(Math.abs((report.value ?? 1) - (1 - 10 / 28)) < 1e-12);
  assert.equal(report.status, 'breached');
  assert.equal(reportOf(stage, 'mttr').excluded.baseline, 400);
});
