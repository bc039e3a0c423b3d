import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSegment } from '../domain/drift-segments.ts';
import type { Finding } from '../domain/episode.ts';
import { episodesOf } from '../domain/episodes-of.ts';
import type { Fact } from '../domain/fact.ts';
import {
  accepted,
  alerted,
  change,
  DAY,
  deleted,
  HOUR,
  labelled,
  MINUTE,
  story,
  T0,
  verdict,
} from '../domain/story.ts';
import { compute as driftRate } from './drift-rate/compute.ts';
import { inputOf } from './input.ts';
import { compute as mttd } from './mttd-config/compute.ts';
import { compute as mttr } from './mttr/compute.ts';
import type { DriftView, EpisodeView, SliInput } from './sli.ts';

const finding = { id: 'f_1' } as Finding;
const near = (a: number | null | undefined, b: number): boolean => Math.abs((a ?? Number.NaN) - b) < 1e-9;

/** Each list of facts is a finding of its own. */
function input(stories: readonly (readonly Fact[])[], fromMs: number, toMs: number): SliInput {
  const episodes: EpisodeView[] = stories.flatMap((facts, index) =>
    episodesOf({ ...story(facts), findingId: `f_${index}` }).map((episode) => ({ episode, finding, asset: undefined })),
  );
  return inputOf({ episodes }, fromMs, toMs);
}

test('an empty window is null, never zero', () => {
  const empty = inputOf({}, T0, T0 + DAY);
  for (const compute of [mttd, mttr, driftRate]) {
    const { value, good, bad } = compute(empty);
    assert.deepEqual([value, good, bad], [null, 0, 0]);
  }
  assert.deepEqual(mttd(empty).durations?.p50, null);
});

test('M1: mean and quantiles of what was detected in the window; an hour decides', () => {
  const detectedAfter = (minutes: number): Fact[] => [change(0), verdict(minutes * MINUTE, 'fail')];
  const result = mttd(input([detectedAfter(20), detectedAfter(60), detectedAfter(100)], T0, T0 + DAY));
  // (20 + 60 + 100) / 3 = 60 min; two within the hour, one not.
  assert.deepEqual(
    [result.value, result.good, result.bad, result.durations?.p50, result.durations?.max],
    [3600, 2, 1, 3600, 6000],
  );
  assert.equal(result.companions.exact_start_share, 1);
});

test('M1 leaves out, with the reason, what it cannot time', () => {
  const result = mttd(
    input(
      [
        [verdict(0, 'fail')],
        [change(-HOUR), verdict(0, 'fail'), labelled(HOUR, 'fp')],
        [change(-HOUR), verdict(0, 'fail', { severity: 'medium' })],
        [change(-HOUR), verdict(0, 'fail', { detectorClass: 'runtime' })],
      ],
      T0 - DAY,
      T0 + DAY,
    ),
  );
  assert.deepEqual(
    result.members.map(({ role, reason }) => [role, reason]),
    [
      ['excluded', 'no_start_clock'],
      ['excluded', 'false_positive'],
    ],
  );
  assert.equal(result.value, null);
});

test('M1: a poller never looks better than its interval', () => {
  const result = mttd(input([[verdict(0, 'pass'), verdict(DAY, 'fail')]], T0, T0 + 2 * DAY));
  assert.deepEqual([result.value, result.companions.exact_start_share], [86_400, 0]);
});

test('M2: (4) accepted after the deadline stays bad, (6) deleted before it is censored and after it is bad', () => {
  const base = [change(-HOUR), verdict(0, 'fail'), alerted(0)];
  const window = (facts: Fact[]): [number, number, (string | null)[]] => {
    const { good, bad, members } = mttr(input([facts], T0, T0 + 7 * DAY));
    return [good, bad, members.map((member) => member.reason)];
  };
  assert.deepEqual(window([...base, accepted(25 * HOUR, 30 * DAY)]), [0, 1, ['past_deadline_open']]);
  assert.deepEqual(window([...base, deleted(23 * HOUR)]), [0, 0, ['asset_deleted']]);
  assert.deepEqual(window([...base, deleted(25 * HOUR)]), [0, 1, ['ended_late']]);
});

test('M2: (5) accepted before the deadline is pending while suspended, and decided by the moved deadline', () => {
  const facts = [change(-HOUR), verdict(0, 'fail'), alerted(0), accepted(10 * HOUR, 10 * HOUR + 2 * DAY)];
  const suspended = mttr(input([facts], T0, T0 + DAY));
  assert.deepEqual([suspended.good, suspended.bad, suspended.members[0]?.reason], [0, 0, 'accepted_risk']);
  // 10 h used, 2 days suspended, 14 h left: the deadline is at 72 h.
  const fixed = mttr(input([[...facts, verdict(71 * HOUR, 'pass')]], T0, T0 + 4 * DAY));
  assert.deepEqual([fixed.good, fixed.bad], [1, 0]);
});

test('M2: the value is the mean of the closed cohort from alert to proof; the survival view keeps what is open', () => {
  const closed = (hours: number): Fact[] => [
    change(-HOUR),
    verdict(0, 'fail'),
    alerted(HOUR),
    verdict((hours + 1) * HOUR, 'pass'),
  ];
  const open = [change(-HOUR), verdict(0, 'fail'), alerted(HOUR)];
  const result = mttr(input([closed(10), closed(20), open], T0, T0 + 3 * DAY));
  assert.deepEqual([result.value, result.good, result.bad], [15 * 3600, 2, 1]);
  // S = 1 to 10 h, 2/3 to 20 h, then 1/3: 10·1 + 10·2/3 + (672 − 20)·1/3 hours over 28 days.
  assert.ok(near((result.durations?.rmst ?? 0) / 3600, 10 + 20 / 3 + 652 / 3));
  assert.equal(result.durations?.open, 1);
});

test('M2: expected misses follow the survival curve', () => {
  const closed = (hours: number): Fact[] => [verdict(0, 'fail'), alerted(0), verdict(hours * HOUR, 'pass')];
  const young = [verdict(0, 'fail', { severity: 'critical' }), alerted(0)];
  // At 12 h: closed after 2 h, 6 h; open at age 12 h with a deadline at 24 h. S(12 h) = 1/3 = S(24 h): the open one is expected to miss.
  const result = mttr(input([closed(2), closed(6), young], T0 - HOUR, T0 + 12 * HOUR));
  assert.equal(result.durations?.expectedMisses, 1);
});

function drift(segments: DriftSegment[], id = 'f_d'): DriftView {
  return { finding: { ...finding, id }, asset: undefined, segments, episodes: [] };
}
const span = (
  from: number,
  to: number,
  state: DriftSegment['state'],
  more: Partial<DriftSegment> = {},
): DriftSegment => ({
  fromMs: T0 + from,
  toMs: T0 + to,
  state,
  ...more,
});

test('M3: resource-seconds in drift over resource-seconds compared', () => {
  const views = [
    drift([span(0, 3 * HOUR, 'in_sync'), span(3 * HOUR, 4 * HOUR, 'drift', { kind: 'modified' })]),
    drift([span(0, 4 * HOUR, 'in_sync')], 'f_e'),
  ];
  const result = driftRate(inputOf({ drift: views }, T0, T0 + 4 * HOUR));
  assert.deepEqual([result.value, result.bad, result.good], [1 / 8, 3600, 7 * 3600]);
  assert.deepEqual([result.companions.modified, result.companions.missing], [1 / 8, 0]);
});

test('M3: drift that heals within 15 min, and expected differences, are no drift but are told', () => {
  const views = [
    drift([
      span(0, HOUR, 'in_sync'),
      span(HOUR, HOUR + 15 * MINUTE, 'drift'),
      span(HOUR + 15 * MINUTE, 2 * HOUR, 'in_sync'),
    ]),
    drift([span(0, 2 * HOUR, 'expected', { reason: 'autoscaler' })], 'f_e'),
  ];
  const result = driftRate(inputOf({ drift: views }, T0, T0 + 2 * HOUR));
  assert.deepEqual([result.value, result.good], [0, 4 * 3600]);
  const reasons = result.members.filter((member) => member.role === 'excluded').map((member) => member.reason);
  assert.deepEqual(reasons, ['settling', 'autoscaler']);
});

test('M3: a stale comparison is in neither term', () => {
  const result = driftRate(inputOf({ drift: [drift([span(0, HOUR, 'in_sync')])] }, T0, T0 + 10 * HOUR));
  assert.deepEqual([result.good, result.bad], [3600, 0]);
});
