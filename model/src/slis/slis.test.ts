import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEADLINE_PRESETS } from '../domain/deadlines/index.ts';
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
import { DEFAULT_SLI_POLICY, inputOf } from './input.ts';
import { compute as mttd } from './mttd-config/compute.ts';
import { compute as mttr } from './mttr/compute.ts';
import type { DriftView, EpisodeView, SliInput } from './sli.ts';
import { acknowledged, alertedAs, asset, findingOf } from './test-facts.ts';

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

test('M1r: an advisory on an old image counts from its publication, and not in M1 (9)', () => {
  const cve = { detectorClass: 'iac' as const, advisoryPublishedMs: T0 - 2 * HOUR };
  const result = mttd(input([[verdict(0, 'fail', cve)]], T0 - DAY, T0 + DAY));
  assert.deepEqual([result.value, result.members[0]?.reason], [null, 'advisory_published']);
  assert.deepEqual([result.companions.other_triggers_mean, result.companions.other_triggers], [7200, 1]);
});

test('M1: source lag and pipeline lag add up to the value', () => {
  // Changed at 0, its record received after 12 min, detected after 20 min.
  const result = mttd(
    input([[change(0, 'aws:s3:PutBucketPolicy', 12 * MINUTE), verdict(20 * MINUTE, 'fail')]], T0 - DAY, T0 + DAY),
  );
  assert.deepEqual([result.companions.source_lag, result.companions.pipeline_lag, result.value], [720, 480, 1200]);
});

test('M1: (14) a detection stamped 3 min before its change is 0 s and flagged, one 10 min before has no such cause', () => {
  const result = mttd(input([[change(3 * MINUTE), verdict(0, 'fail')]], T0 - DAY, T0 + DAY));
  assert.deepEqual([result.value, result.members[0]?.reason, result.companions.skew_clamped], [0, 'skew_clamped', 1]);
  const apart = mttd(input([[change(10 * MINUTE), verdict(0, 'fail')]], T0 - DAY, T0 + DAY));
  assert.deepEqual([apart.value, apart.members[0]?.reason], [null, 'no_start_clock']);
});

test('M2: where the time went', () => {
  // Detected 0, alerted 10 min, acknowledged 30 min, verdict 45 min, fixed 105 min, proven 120 min.
  const facts = [
    change(-HOUR),
    verdict(0, 'fail'),
    alerted(10 * MINUTE),
    acknowledged(30 * MINUTE),
    labelled(45 * MINUTE, 'tp'),
    change(105 * MINUTE),
    verdict(120 * MINUTE, 'pass'),
  ];
  const { value, companions } = mttr(input([facts], T0 - DAY, T0 + DAY));
  const { route, mtta, triage, act, verify, claimed_mean: claimed, exposure_mean: exposure } = companions;
  assert.deepEqual(
    [route, mtta, triage, act, verify].map((seconds) => (seconds ?? 0) / 60),
    [10, 20, 15, 60, 15],
  );
  assert.deepEqual(
    [value, claimed, exposure].map((seconds) => (seconds ?? 0) / 60),
    [110, 95, 180],
  );
});

test('M2: the durable series runs from the first alert to the fix that lasted', () => {
  // Fixed after 2 h, failing again on day 1, fixed for good after 1 d 3 h. Closed cohort: 2 h and 3 h.
  const facts = [
    verdict(0, 'fail'),
    alerted(0),
    verdict(2 * HOUR, 'pass'),
    verdict(DAY, 'fail'),
    alerted(DAY),
    verdict(DAY + 3 * HOUR, 'pass'),
  ];
  const { value, companions } = mttr(input([facts], T0 - DAY, T0 + 2 * DAY));
  assert.deepEqual([(value ?? 0) / 3600, (companions.durable_mean ?? 0) / 3600], [2.5, 27]);
});

test('M2: only critical and high findings with a deadline; without an alert the detection starts the clock', () => {
  const medium = [verdict(0, 'fail', { severity: 'medium' }), verdict(HOUR, 'pass')];
  const unalerted = [verdict(0, 'fail'), verdict(HOUR, 'pass')];
  const { value, companions, members } = mttr(input([medium, unalerted], T0 - DAY, T0 + 2 * DAY));
  assert.deepEqual([value, companions.missing_alert, members.length], [3600, 1, 1]);
});

test('M2: false positives are published, and those that were labelled after the deadline', () => {
  const fp = (id: string, at: number) =>
    findingOf(id, [verdict(0, 'fail'), alertedAs(undefined, 0), labelled(at, 'fp')]);
  const { companions, bad, good } = mttr(
    inputOf(
      {
        episodes: [
          ...fp('f_1', HOUR),
          ...fp('f_2', 30 * HOUR), // critical: due after 24 h
          ...findingOf('f_3', [verdict(0, 'fail'), alertedAs(undefined, 0), verdict(HOUR, 'pass')]),
          ...findingOf('f_4', [verdict(0, 'fail'), alertedAs(undefined, 0)]),
        ],
      },
      T0 - DAY,
      T0 + 3 * DAY,
    ),
  );
  assert.deepEqual([good, bad, companions.dismissed_share, companions.dismissed_late], [1, 1, 2 / 4, 1]);
});

test('M2: deadlines of a preset by criticality and exposure', () => {
  const policy = DEADLINE_PRESETS.find(({ id }) => id === 'fedramp-vdr-high');
  assert.ok(policy);
  const facts = [verdict(0, 'fail'), alerted(0), verdict(18 * HOUR, 'pass')];
  const on = (exposure: 'internet' | 'internal') => {
    const [view] = input([facts], T0, T0 + 2 * DAY).episodes;
    assert.ok(view);
    const of = asset('a', { criticality: 'c0', context: { exposure } });
    const given = inputOf({ episodes: [{ ...view, asset: of }] }, T0, T0 + 2 * DAY, {
      ...DEFAULT_SLI_POLICY,
      deadlines: policy,
    });
    const { good, bad } = mttr(given);
    return [good, bad];
  };
  // N5: 12 h where the internet reaches it, 24 h where it does not. Fixed after 18 h.
  assert.deepEqual(
    [on('internet'), on('internal')],
    [
      [0, 1],
      [1, 0],
    ],
  );
});

test('M3: by kind, and the raw share with what is expected', () => {
  const views = [
    drift([span(0, HOUR, 'drift', { kind: 'missing' })]),
    drift([span(0, HOUR, 'drift', { kind: 'unmanaged' })], 'f_e'),
    drift([span(0, HOUR, 'expected', { reason: 'autoscaler' })], 'f_f'),
    drift([span(0, HOUR, 'in_sync')], 'f_g'),
  ];
  const { value, companions } = driftRate(inputOf({ drift: views }, T0, T0 + HOUR));
  assert.equal(value, 1 / 2);
  assert.deepEqual(
    [companions.modified, companions.missing, companions.unmanaged, companions.raw],
    [0, 1 / 4, 1 / 4, 3 / 4],
  );
});

test('M3: at the end of the window: resources compared, drifting, declared', () => {
  const views = [
    drift([span(0, 2 * HOUR, 'drift', { kind: 'unmanaged' })]),
    drift([span(0, 2 * HOUR, 'in_sync')], 'f_e'),
    drift([span(0, 2 * HOUR, 'in_sync')], 'f_f'),
    drift([span(0, HOUR / 2, 'in_sync')], 'f_g'), // stale by then
  ];
  const { companions } = driftRate(inputOf({ drift: views }, T0, T0 + HOUR));
  assert.deepEqual([companions.resources, companions.drifting_now, companions.iac_coverage], [3, 1 / 3, 2 / 3]);
});

test('M3: drift that ended has a time to repair', () => {
  const healed = drift([span(0, 3 * HOUR, 'drift'), span(3 * HOUR, 4 * HOUR, 'in_sync')]);
  const stale = drift([span(0, 2 * HOUR, 'drift')], 'f_e'); // nobody knows how it ended
  const { companions } = driftRate(inputOf({ drift: [healed, stale] }, T0, T0 + 4 * HOUR));
  assert.equal(companions.drift_mttr, 3 * 3600);
});
