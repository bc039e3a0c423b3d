import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { durationBetween } from './clock.ts';
import { deadlineOf } from './deadline.ts';
import type { Episode } from './episode.ts';
import { episodesOf } from './episodes-of.ts';
import type { Fact } from './fact.ts';
import { accepted, alerted, change, DAY, deleted, HOUR, labelled, MINUTE, said, story, T0, verdict } from './story.ts';

/** The numbers in brackets are those of SLI-DEFINITIONS 12, "golden vectors". */

const episodes = (facts: readonly Fact[], scopeFirstMs?: number | null): Episode[] =>
  episodesOf(story(facts, scopeFirstMs));

test('(2) FAIL, PASS after 5 min, FAIL after 5 min is one episode that flapped once', () => {
  const [only, ...more] = episodes([verdict(0, 'fail'), verdict(5 * MINUTE, 'pass'), verdict(10 * MINUTE, 'fail')]);
  assert.deepEqual([more.length, only?.flaps, only?.state, only?.clocks.t_verify], [0, 1, 'open', undefined]);
});

test('(3) fixed, and failing again on day 3: the first fix was not durable', () => {
  const [first, second] = episodes([verdict(0, 'fail'), verdict(HOUR, 'pass'), verdict(3 * DAY, 'fail')]);
  assert.deepEqual([first?.closeReason, first?.durable], ['remediated_verified', false]);
  assert.deepEqual([second?.seq, second?.state, second?.durable], [2, 'open', true]);
});

test('failing again after the durability window leaves the first fix durable', () => {
  const [first, second] = episodes([verdict(0, 'fail'), verdict(HOUR, 'pass'), verdict(HOUR + 7 * DAY + 1, 'fail')]);
  assert.deepEqual([first?.durable, second?.seq], [true, 2]);
});

test('(4) a risk accepted after the deadline does not move the deadline', () => {
  const [only] = episodes([verdict(0, 'fail'), alerted(0), accepted(25 * HOUR, 30 * DAY)]);
  assert.equal(deadlineOf(only as Episode, undefined), T0 + 24 * HOUR); // critical: 24 h
});

test('(5) accepted at 10 h and expired 5 days later: the clock goes on with the 14 h that remain', () => {
  const [only] = episodes([verdict(0, 'fail'), alerted(0), accepted(10 * HOUR, 10 * HOUR + 5 * DAY)]);
  assert.equal(deadlineOf(only as Episode, undefined), T0 + 10 * HOUR + 5 * DAY + 14 * HOUR);
});

test('a risk accepted by its own requester has no effect', () => {
  const [only] = episodes([verdict(0, 'fail'), alerted(0), accepted(HOUR, DAY, 'dev')]);
  assert.deepEqual([only?.suspensions, deadlineOf(only as Episode, undefined)], [[], T0 + 24 * HOUR]);
});

test('an acknowledgement that was withdrawn is none; the next one counts from its own time', () => {
  const ack = (at: number, withdrawn?: true): Fact =>
    said(at, { kind: 'acknowledgement', channel: 'pagerduty', ...(withdrawn && { withdrawn }) });
  const [released] = episodes([verdict(0, 'fail'), ack(MINUTE), ack(HOUR, true)]);
  assert.deepEqual([released?.clocks.t_ack, released?.state], [undefined, 'open']);
  const [again] = episodes([verdict(0, 'fail'), ack(MINUTE), ack(HOUR, true), ack(2 * HOUR)]);
  assert.deepEqual([again?.clocks.t_ack?.atMs, again?.state], [T0 + 2 * HOUR, 'acked']);
});

test('a claim that was taken back is none; what a change showed stands', () => {
  const act = (at: number, action: 'remediated' | 'reopened'): Fact => said(at, { kind: 'action', action });
  const [reopened] = episodes([verdict(0, 'fail'), act(HOUR, 'remediated'), act(2 * HOUR, 'reopened')]);
  assert.deepEqual([reopened?.clocks.t_remediate, reopened?.state], [undefined, 'open']);
  const [changed] = episodes([verdict(0, 'fail'), change(HOUR), act(2 * HOUR, 'reopened')]);
  assert.deepEqual([changed?.clocks.t_remediate?.atMs, changed?.state], [T0 + HOUR, 'fixed_unverified']);
});

test('(6) a deleted asset ends the episode without a fix', () => {
  const [only] = episodes([verdict(0, 'fail'), deleted(HOUR)]);
  assert.deepEqual([only?.state, only?.closeReason, only?.clocks.t_verify], ['closed', 'asset_deleted', undefined]);
});

test('(15) dismissed, then no longer detected, is never a fix', () => {
  const [byPerson] = episodes([verdict(0, 'fail'), labelled(HOUR, 'fp'), verdict(2 * HOUR, 'pass')]);
  assert.equal(byPerson?.closeReason, 'false_positive');
  const [byTool] = episodes([verdict(0, 'fail'), verdict(HOUR, 'suppressed'), verdict(2 * HOUR, 'pass')]);
  assert.deepEqual([byTool?.closeReason, byTool?.clocks.t_verify], ['out_of_scope', undefined]);
});

test('a dismissed finding that keeps failing stays dismissed, and counts again when re-classified', () => {
  const facts = [verdict(0, 'fail'), labelled(HOUR, 'fp'), verdict(2 * HOUR, 'fail')];
  assert.deepEqual(
    episodes(facts).map((episode) => episode.closeReason),
    ['false_positive'],
  );
  const [again] = episodes([...facts, labelled(3 * HOUR, 'tp')]);
  assert.deepEqual([again?.state, again?.closeReason, again?.verdict], ['open', undefined, 'tp']);
});

test('(16) PutBucketPolicy -30 min, FAIL -10 min: 1200 s, exact', () => {
  const [only] = episodes([change(-30 * MINUTE), verdict(-10 * MINUTE, 'fail')]);
  const { t_change, t_detect } = only?.clocks ?? {};
  assert.ok(t_change && t_detect);
  assert.equal(t_change.precision, 'exact');
  assert.deepEqual(durationBetween(t_change, t_detect), { ok: true, seconds: 1200, clamped: false });
  assert.equal(only?.trigger, 'asset_change');
});

test('(16) two changes that can have caused it are bounded by both, and measured from the first', () => {
  const [only] = episodes([change(-40 * MINUTE), change(-30 * MINUTE), verdict(-10 * MINUTE, 'fail')]);
  const { t_change, t_detect } = only?.clocks ?? {};
  assert.ok(t_change && t_detect);
  assert.deepEqual(
    [t_change.precision, t_change.loMs, t_change.hiMs, t_change.atMs],
    ['bounded', T0 - 40 * MINUTE, T0 - 30 * MINUTE, T0 - 30 * MINUTE],
  );
  assert.equal(durationBetween(t_change, t_detect).ok && (t_detect.atMs - (t_change.loMs ?? 0)) / 1000, 1800);
  assert.equal(only?.candidateChangeIds.length, 2);
});

test('(16) no change that can have caused it: no exact clock', () => {
  const [unseen] = episodes([verdict(-10 * MINUTE, 'fail')]);
  assert.deepEqual([unseen?.clocks.t_change, unseen?.trigger], [undefined, 'unknown']);
  const [bounded] = episodes([verdict(-70 * MINUTE, 'pass'), verdict(-10 * MINUTE, 'fail')]);
  assert.deepEqual(
    [bounded?.clocks.t_change?.precision, bounded?.clocks.t_change?.loMs],
    ['bounded', T0 - 70 * MINUTE],
  );
});

test('a change before the last PASS cannot have caused the failure', () => {
  const [only] = episodes([change(-90 * MINUTE), verdict(-60 * MINUTE, 'pass'), verdict(0, 'fail')]);
  assert.deepEqual([only?.clocks.t_change?.precision, only?.causeChangeId], ['bounded', undefined]);
});

test('a runtime or identity detection is no backlog, however young its scope is', () => {
  for (const detectorClass of ['runtime', 'identity'] as const) {
    const [only] = episodes([verdict(MINUTE, 'fail', { detectorClass })], T0);
    assert.equal(only?.cohort, 'normal');
  }
});

test('what the first snapshot of a scope brings without a known change is baseline', () => {
  const [only] = episodes([verdict(0, 'fail')], T0);
  assert.deepEqual([only?.cohort, only?.trigger], ['baseline', 'baseline']);
  const [changed] = episodes([change(-30 * MINUTE), verdict(0, 'fail')], T0);
  assert.deepEqual([changed?.cohort, changed?.trigger], ['normal', 'asset_change']);
});

test('(9) an advisory published on an old image is no asset change', () => {
  const cve = { detectorClass: 'vulnerability' as const, advisoryPublishedMs: T0 - 2 * HOUR };
  const [only] = episodes([verdict(0, 'fail', cve)]);
  assert.deepEqual([only?.trigger, only?.clocks.t_change?.atMs], ['advisory_published', T0 - 2 * HOUR]);
});

test('(14) clocks that disagree by 3 min clamp to 0, by 10 min are quarantined', () => {
  const clock = (at: number) => ({ atMs: T0 + at, source: 'x', precision: 'exact' as const });
  assert.deepEqual(durationBetween(clock(0), clock(-3 * MINUTE)), { ok: true, seconds: 0, clamped: true });
  assert.deepEqual(durationBetween(clock(0), clock(-10 * MINUTE)), { ok: false, reason: 'skew_rejected' });
  const [only] = episodes([change(3 * MINUTE), verdict(0, 'fail')]);
  assert.equal(only?.clocks.t_change?.atMs, T0 + 3 * MINUTE);
});

test('a change that a PASS follows is the fix, not a cause with a skewed clock', () => {
  const [only] = episodes([
    verdict(-HOUR, 'pass'),
    verdict(0, 'fail'),
    change(2 * MINUTE),
    verdict(4 * MINUTE, 'pass'),
  ]);
  assert.deepEqual([only?.causeChangeId, only?.clocks.t_change?.loMs], [undefined, T0 - HOUR]);
  assert.equal(only?.clocks.t_remediate?.atMs, T0 + 2 * MINUTE);
});

test('a change in the second of the last PASS can have caused the failure, unless it was the fix before', () => {
  const [caused] = episodes([verdict(0, 'pass'), change(0), verdict(HOUR, 'fail')]);
  assert.deepEqual([caused?.clocks.t_change?.precision, caused?.clocks.t_change?.atMs], ['exact', T0]);
  const [, again] = episodes([
    verdict(0, 'fail'),
    change(HOUR),
    verdict(HOUR, 'pass'),
    change(2 * HOUR),
    verdict(3 * HOUR, 'fail'),
  ]);
  assert.deepEqual([again?.clocks.t_change?.precision, again?.clocks.t_change?.atMs], ['exact', T0 + 2 * HOUR]);
});

test('the fix is the last capable change before the PASS; a claim without proof does not close', () => {
  const [claimed] = episodes([change(-30 * MINUTE), verdict(0, 'fail'), change(HOUR)]);
  assert.deepEqual([claimed?.state, claimed?.clocks.t_remediate?.atMs], ['fixed_unverified', T0 + HOUR]);
  const [proven] = episodes([change(-30 * MINUTE), verdict(0, 'fail'), change(HOUR), verdict(2 * HOUR, 'pass')]);
  assert.deepEqual(
    [proven?.closeReason, proven?.clocks.t_remediate?.atMs, proven?.clocks.t_verify?.atMs],
    ['remediated_verified', T0 + HOUR, T0 + 2 * HOUR],
  );
  const [refuted] = episodes([change(-30 * MINUTE), verdict(0, 'fail'), change(HOUR), verdict(2 * HOUR, 'fail')]);
  assert.deepEqual([refuted?.state, refuted?.clocks.t_remediate], ['open', undefined]);
});

test('runtime detections are grouped by the hour after their first, and never pass', () => {
  const runtime = { detectorClass: 'runtime' as const };
  const groups = episodes([
    verdict(0, 'fail', runtime),
    verdict(59 * MINUTE, 'fail', runtime),
    verdict(61 * MINUTE, 'fail', runtime),
  ]);
  assert.deepEqual(
    groups.map((group) => group.clocks.t_detect?.atMs),
    [T0, T0 + 61 * MINUTE],
  );
});

test('arrival order cannot matter', () => {
  const any = fc.oneof(
    fc
      .record({ at: fc.integer({ min: 0, max: 14 * 24 }), kind: fc.constantFrom('fail', 'pass', 'suppressed') })
      .map(({ at, kind }) => verdict(at * HOUR, kind as 'fail')),
    fc.integer({ min: 0, max: 14 * 24 }).map((at) => change(at * HOUR)),
    fc.integer({ min: 0, max: 14 * 24 }).map((at) => deleted(at * HOUR)),
    fc.integer({ min: 0, max: 14 * 24 }).map((at) => alerted(at * HOUR)),
    fc.integer({ min: 0, max: 14 * 24 }).map((at) => labelled(at * HOUR, at % 2 === 0 ? 'fp' : 'tp')),
    fc.integer({ min: 0, max: 14 * 24 }).map((at) => accepted(at * HOUR, (at + 48) * HOUR)),
  );
  fc.assert(
    fc.property(
      fc
        .array(any, { minLength: 1, maxLength: 12 })
        .chain((facts) =>
          fc.tuple(
            fc.constant(facts),
            fc.shuffledSubarray(facts, { minLength: facts.length, maxLength: facts.length }),
          ),
        ),
      ([ordered, shuffled]) => {
        assert.deepEqual(episodes(shuffled), episodes(ordered));
      },
    ),
    { numRuns: 500, seed: 20261001 },
  );
});
