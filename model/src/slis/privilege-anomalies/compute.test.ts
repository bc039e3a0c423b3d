import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FindingObservation } from '../../domain/observation.ts';
import { mergePrincipal, type PrincipalRecord } from '../../domain/principal-record.ts';
import { change, DAY, HOUR, labelled, T0 } from '../../domain/story.ts';
import { inputOf } from '../input.ts';
import type { EpisodeView } from '../sli.ts';
import { asset, detection, factOf, findingOf } from '../test-facts.ts';
import { compute } from './compute.ts';

/** T0 is Thursday 2026-10-01. Its week ends on Monday 2026-10-05, 4 days later. */
const MONDAY = T0 + 4 * DAY;

function anomaly(id: string, day: number, more: Partial<FindingObservation> = {}): EpisodeView[] {
  return detection(id, day * DAY, [], { detectorClass: 'identity', rule: 'escalation', ...more });
}

/** `count` principals that were active on each of these days from T0. */
function principals(count: number, ...days: number[]): PrincipalRecord[] {
  return Array.from({ length: count }, (_, index) => {
    let record: PrincipalRecord | undefined;
    for (const day of days) {
      const said = change(day * DAY);
      record = mergePrincipal(record, { ...said, body: { ...said.body, actor: { id: `p${index}`, kind: 'human' } } });
    }
    assert.ok(record);
    return record;
  });
}

const over = (facts: { episodes?: readonly EpisodeView[]; principals?: readonly PrincipalRecord[] }, toMs = MONDAY) =>
  compute(inputOf(facts, toMs - 28 * DAY, toMs));

test('two groups among 500 principals in one active week: 4 per thousand', () => {
  const { value, companions } = over({
    episodes: [...anomaly('f_1', 0), ...anomaly('f_2', 1)],
    principals: principals(500, 0, 1, 2),
  });
  // 1000 × 2 / 500 = 4. Four complete weeks: half a group and 125 active principals a week.
  assert.deepEqual([value, companions.groups_per_week, companions.principals_per_week], [4, 0.5, 125]);
});

test('one principal, rule, place and day are one group, however many detections', () => {
  const late = findingOf('f_1', [
    ...[0, 2, 4].map((hour) => ({
      ...factOf({
        kind: 'finding',
        detector: 'guardduty',
        detectorClass: 'identity',
        rule: 'escalation',
        title: 'Escalation',
        asset: asset('role').ref,
        verdict: 'fail',
        severity: 'high',
        atMs: T0 + hour * HOUR,
      }),
    })),
  ]);
  assert.equal(late.length, 3); // episodes: each two hours after the other
  const { value, members } = over({ episodes: late, principals: principals(100, 0) });
  assert.deepEqual([value, members.length], [10, 1]); // 1000 × 1 / 100
});

test('the next day is the next group', () => {
  const { value } = over({
    episodes: [...anomaly('f_1', 0), ...anomaly('f_1', 1)],
    principals: principals(100, 0),
  });
  assert.equal(value, 20);
});

test('low confidence, false positives and suppressed automation are excluded with their reason', () => {
  const episodes = [
    ...anomaly('f_1', 0),
    ...anomaly('f_2', 0, { confidence: 0.69 }),
    ...anomaly('f_3', 0, { confidence: 0.7 }),
    ...detection('f_4', 0, [labelled(HOUR, 'fp')], { detectorClass: 'identity' }),
  ];
  const { value, members } = over({ episodes, principals: principals(100, 0) });
  assert.equal(value, 20); // f_1 and f_3
  assert.deepEqual(
    members.filter(({ role }) => role === 'excluded').map(({ reason }) => reason),
    ['low_confidence', 'false_positive'],
  );
});

test('the running week is pending, and in neither term', () => {
  const facts = { episodes: [...anomaly('f_1', 0), ...anomaly('f_2', 5)], principals: principals(100, 0, 5) };
  const { value, members } = over(facts, MONDAY + 2 * DAY);
  assert.equal(value, 10); // the week to Monday alone: 1000 × 1 / 100
  assert.deepEqual(
    members.map(({ role }) => role),
    ['bad', 'pending'],
  );
});

test('groups without a known principal population are null, never infinite', () => {
  assert.equal(over({ episodes: anomaly('f_1', 0) }).value, null);
  assert.equal(over({}).value, null);
});

test('nothing found among known principals is 0', () => {
  assert.equal(over({ principals: principals(10, 0) }).value, 0);
});

test('the trend is the Theil–Sen slope over eight complete weeks', () => {
  // Week k (from 0) has 8 − k groups among 100 principals: 80, 70 … 10 per thousand: slope −10 in every pair.
  const episodes = Array.from({ length: 8 }, (_, week) =>
    Array.from({ length: 8 - week }, (_, index) => anomaly(`f_${week}_${index}`, week * 7)).flat(),
  ).flat();
  const days = Array.from({ length: 8 }, (_, week) => week * 7);
  const facts = { episodes, principals: principals(100, ...days) };
  const { companions } = over(facts, MONDAY + 49 * DAY);
  assert.deepEqual([companions.trend_slope, companions.trend_low, companions.trend_high], [-10, -10, -10]);
  // Seven weeks only: no trend.
  assert.equal(over(facts, MONDAY + 42 * DAY).companions.trend_slope, null);
});

test('automation identities stay, as a number of their own', () => {
  const robot = principals(1, 0).map((record) => ({ ...record, id: 'ci', kind: 'automation' as const }));
  const episodes = [
    ...anomaly('f_1', 0, { evidence: { principal: 'ci' } }),
    ...anomaly('f_2', 0, { evidence: { principal: 'p0' } }),
  ];
  const { value, companions } = over({ episodes, principals: [...principals(9, 0), ...robot] });
  assert.deepEqual([value, companions.automation_groups], [200, 1]); // 1000 × 2 / 10
});
