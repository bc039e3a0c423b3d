import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EpisodeJson, SliReport } from '@cnapp-slo/model';
import { bucket, change, DAY, fail, HOUR, idOf, MINUTE, Stage, T0, workload } from './test-stage.ts';

/** Golden vectors of SLI-DEFINITIONS 12 that are about one finding, through the real processor and SQLite; the others are in `golden-vectors.test.ts`. */
const subjectId = idOf(fail(0));
const ana = { id: 'ana', kind: 'human' as const };

/** Only a policy's change can cause or fix the finding; its scope has been known for a month. */
async function begin(): Promise<Stage> {
  const stage = new Stage({ canCause: (_finding, { action }) => action === 'aws:s3:PutBucketPolicy' });
  await stage.receive(-30 * DAY, 'ocsf', [
    fail(-30 * DAY, { verdict: 'pass', asset: { ...bucket, id: 'arn:aws:s3:::other' } }),
  ]);
  return stage;
}

const verdicts = async (stage: Stage, ...told: readonly [at: number, verdict: 'pass' | 'fail' | 'suppressed'][]) => {
  for (const [at, verdict] of told) await stage.receive(at, 'ocsf', [fail(at, { verdict })]);
};
const alert = (stage: Stage, at: number) =>
  stage.say(at, { kind: 'alert', subjectId, channel: 'pager', precision: 'exact', atMs: T0 + at });
const accept = (stage: Stage, at: number, until: number) =>
  stage.say(at, {
    kind: 'acceptance',
    subjectId,
    requester: { id: 'dev', kind: 'human' },
    approver: { id: 'boss', kind: 'human' },
    reason: 'migration',
    atMs: T0 + at,
    expiresMs: T0 + until,
    policy: 'resume',
  });
const deleteBucket = (stage: Stage, at: number) =>
  stage.receive(at, 'cloudtrail', [{ kind: 'asset', asset: bucket, state: 'deleted', atMs: T0 + at }]);

/** The first episode first. */
function episodesOf(stage: Stage): EpisodeJson[] {
  return (stage.estate.finding(subjectId)?.episodes ?? []).toReversed();
}

function reportAt(stage: Stage, id: string, at: number): SliReport {
  stage.now = T0 + at;
  const report = stage.slis.get(id);
  assert.ok(report);
  return report;
}

test('(1) the same payload twice: no new events', async () => {
  const stage = await begin();
  const send = () =>
    stage.receive(HOUR, 'ocsf', [change(30 * MINUTE), fail(HOUR), fail(HOUR, { asset: workload, rule: 'q' })]);
  await send();
  const { store, estate } = stage.processor;
  const before = [store.factCount(), [...store.loadSloEvents()], estate.dump(), stage.slis.get('mttd-config')?.good];
  await send();
  assert.deepEqual(
    [store.factCount(), [...store.loadSloEvents()], estate.dump(), stage.slis.get('mttd-config')?.good],
    before,
  );
});

test('(2) FAIL, PASS after 5 min, FAIL after 5 min: one episode, one flap', async () => {
  const stage = await begin();
  await verdicts(stage, [0, 'fail'], [5 * MINUTE, 'pass'], [10 * MINUTE, 'fail']);
  const [only, ...more] = episodesOf(stage);
  assert.deepEqual([more.length, only?.flaps, only?.state, only?.clocks.t_verify], [0, 1, 'open', undefined]);
});

test('(3) fixed, FAIL on day 3: the first is not durable', async () => {
  const stage = await begin();
  await verdicts(stage, [0, 'fail'], [HOUR, 'pass'], [3 * DAY, 'fail']);
  assert.deepEqual(
    episodesOf(stage).map(({ seq, close_reason, durable }) => [seq, close_reason, durable]),
    [
      [1, 'remediated_verified', false],
      [2, null, true],
    ],
  );
});

test('(4) accepted after the deadline: stays bad', async () => {
  const stage = await begin();
  await verdicts(stage, [0, 'fail']);
  await alert(stage, MINUTE);
  await accept(stage, 25 * HOUR, 30 * DAY); // critical: due after 24 h
  const { good, bad } = reportAt(stage, 'mttr', 2 * DAY);
  assert.deepEqual([good, bad, episodesOf(stage)[0]?.deadline_at], [0, 1, '2026-10-02T00:01:00.000Z']);
});

test('(5) accepted before it, and expired: the clock goes on with what remains', async () => {
  const stage = await begin();
  await verdicts(stage, [0, 'fail']);
  await alert(stage, 0);
  await accept(stage, 10 * HOUR, 10 * HOUR + 2 * DAY);
  // 10 h used, 14 h left after two days: 72 h.
  assert.equal(episodesOf(stage)[0]?.deadline_at, '2026-10-04T00:00:00.000Z');
  const suspended = reportAt(stage, 'mttr', DAY);
  assert.deepEqual([suspended.good, suspended.bad, suspended.excluded], [0, 0, { accepted_risk: 1 }]);
  assert.equal(reportAt(stage, 'mttr', 72 * HOUR - 1).bad, 0);
  assert.equal(reportAt(stage, 'mttr', 72 * HOUR).bad, 1);
});

test('(6) the asset deleted before the deadline is censored, after it is bad', async () => {
  for (const [hours, good, bad, excluded] of [
    [23, 0, 0, { asset_deleted: 1 }],
    [25, 0, 1, {}],
  ] as const) {
    const stage = await begin();
    await verdicts(stage, [0, 'fail']);
    await alert(stage, 0);
    await deleteBucket(stage, hours * HOUR);
    const report = reportAt(stage, 'mttr', 2 * DAY);
    assert.deepEqual([report.good, report.bad, report.excluded], [good, bad, excluded]);
    assert.equal(episodesOf(stage)[0]?.close_reason, 'asset_deleted');
  }
});

test('(9) a CVE published on an old image: M1r, not M1', async () => {
  const stage = await begin();
  const advisoryPublishedMs = T0 - 2 * HOUR;
  await stage.receive(0, 'ocsf', [fail(0, { detectorClass: 'iac', advisoryPublishedMs })]);
  const { value, good, bad, excluded, companions } = reportAt(stage, 'mttd-config', DAY);
  assert.deepEqual([value, good, bad, excluded], [null, 0, 0, { advisory_published: 1 }]);
  assert.deepEqual([companions?.other_triggers_mean, companions?.other_triggers], [7200, 1]);
});

test('(14) a clock that is 3 min off clamps to 0, one that is 10 min off is rejected', async () => {
  for (const [minutes, value, clamped, excluded] of [
    [3, 0, 1, {}],
    [10, null, 0, { no_start_clock: 1 }],
  ] as const) {
    const stage = await begin();
    await stage.receive(HOUR, 'cloudtrail', [change(minutes * MINUTE)]); // stamped after the FAIL that it caused
    await stage.receive(HOUR, 'ocsf', [fail(0)]);
    const report = reportAt(stage, 'mttd-config', DAY);
    assert.deepEqual([report.value, report.companions?.skew_clamped, report.excluded], [value, clamped, excluded]);
  }
});

test('(15) dismissed, then no longer detected: never a fix', async () => {
  const byPerson = await begin();
  await verdicts(byPerson, [0, 'fail']);
  await byPerson.say(HOUR, { kind: 'verdict', subjectId, verdict: 'fp', actor: ana, atMs: T0 + HOUR });
  await verdicts(byPerson, [2 * HOUR, 'pass']);
  const byTool = await begin();
  await verdicts(byTool, [0, 'fail'], [HOUR, 'suppressed'], [2 * HOUR, 'pass']);
  for (const [stage, reason] of [
    [byPerson, 'false_positive'],
    [byTool, 'out_of_scope'],
  ] as const) {
    assert.equal(episodesOf(stage)[0]?.close_reason, reason);
    const { value, good, bad } = reportAt(stage, 'automation-rate', DAY);
    assert.deepEqual([value, good, bad, reportAt(stage, 'mttr', 2 * DAY).good], [null, 0, 0, 0]);
  }
});

test('(16) PutBucketPolicy −30 min, PutBucketTagging −12 min, FAIL −10 min: 1200 s, exact', async () => {
  const stage = await begin();
  await stage.receive(0, 'cloudtrail', [
    change(-30 * MINUTE),
    change(-12 * MINUTE, { action: 'aws:s3:PutBucketTagging' }),
  ]);
  await stage.receive(0, 'ocsf', [fail(-10 * MINUTE)]);
  const { value, companions } = reportAt(stage, 'mttd-config', HOUR);
  assert.deepEqual([value, companions?.exact_start_share], [1200, 1]);
  assert.equal(episodesOf(stage)[0]?.clocks.t_change?.precision, 'exact');
});

test('(16) two capable changes are bounded, none gives no exact clock', async () => {
  const two = await begin();
  await two.receive(0, 'cloudtrail', [change(-40 * MINUTE), change(-30 * MINUTE)]);
  await two.receive(0, 'ocsf', [fail(-10 * MINUTE)]);
  const report = reportAt(two, 'mttd-config', HOUR);
  assert.deepEqual([report.value, report.companions?.exact_start_share], [1800, 0]); // from the first of them
  const clock = episodesOf(two)[0]?.clocks.t_change;
  assert.deepEqual(
    [clock?.precision, clock?.lo, clock?.hi],
    ['bounded', '2026-09-30T23:20:00.000Z', '2026-09-30T23:30:00.000Z'],
  );
  const none = await begin();
  await none.receive(0, 'cloudtrail', [change(-12 * MINUTE, { action: 'aws:s3:PutBucketTagging' })]);
  await none.receive(0, 'ocsf', [fail(-10 * MINUTE)]);
  assert.deepEqual(
    [reportAt(none, 'mttd-config', HOUR).excluded, episodesOf(none)[0]?.clocks.t_change],
    [{ no_start_clock: 1 }, undefined],
  );
});
