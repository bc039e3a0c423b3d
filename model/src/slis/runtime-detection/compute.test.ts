import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExercisePlan } from '../../domain/declaration.ts';
import { mergeExercise, mergeIncident } from '../../domain/declared-record.ts';
import type { VerdictLabel } from '../../domain/fact.ts';
import { exerciseTenant } from '../../domain/fact.ts';
import { DAY, HOUR, labelled, MINUTE, T0, verdict } from '../../domain/story.ts';
import { inputOf } from '../input.ts';
import type { EpisodeView } from '../sli.ts';
import { action, detection, factOf, findingOf, near } from '../test-facts.ts';
import { compute } from './compute.ts';

const ana = { id: 'ana', kind: 'human' as const };

/** One group for each label; null: nobody labelled it. */
function groups(...labels: (VerdictLabel | null)[]): EpisodeView[] {
  return labels.flatMap((label, index) =>
    detection(`f_${index}`, index * MINUTE, label === null ? [] : [labelled(HOUR, label)]),
  );
}

const over = (episodes: readonly EpisodeView[]) => compute(inputOf({ episodes }, T0 - DAY, T0 + DAY));

test('precision: 3 true, 1 false, 1 benign → 3 / 5, with Wilson’s interval', () => {
  const { value, good, bad, companions } = over(groups('tp', 'tp', 'tp', 'fp', 'btp'));
  assert.deepEqual([value, good, bad], [0.6, 3, 2]);
  // Wilson, n = 5, p = .6, z² = 3.841459: centre (.6 + .3841459) / 1.7682918 = .5565516; half width
  // 1.959964 / 1.7682918 × √(.24 / 5 + 3.841459 / 100) = 1.1083940 × √.08641459 = .3258278.
  assert.ok(Math.abs((companions.precision_low ?? 0) - 0.2307238) < 1e-6);
  assert.ok(Math.abs((companions.precision_high ?? 0) - 0.8823794) < 1e-6);
});

test('authorised activity does not speak against a rule: (3 + 1) / 5', () => {
  assert.equal(over(groups('tp', 'tp', 'tp', 'fp', 'btp')).companions.rule_quality, 0.8);
});

test('what nobody labelled is excluded; below 60 % of labels the value is not to be believed', () => {
  const enough = over(groups('tp', 'fp', 'tp', null, null)); // 3 of 5
  assert.deepEqual([enough.value, enough.companions.label_coverage, enough.insufficient], [2 / 3, 0.6, undefined]);
  const few = over(groups('tp', null, null)); // 1 of 3
  assert.deepEqual([few.value, few.companions.label_coverage], [1, 1 / 3]);
  assert.equal(few.insufficient, '2 of 3 groups have no label');
});

test('a label of “unknown” is none, and a duplicate is labelled but counts for nothing', () => {
  const { value, members, companions } = over(groups('tp', 'unknown', 'duplicate'));
  assert.equal(value, 1);
  assert.equal(companions.label_coverage, 2 / 3);
  assert.deepEqual(
    members.map((member) => member.reason),
    [null, 'unlabelled', 'duplicate'],
  );
});

test('one group holds an hour of detections; a label on one of two groups leaves the other', () => {
  const views = findingOf('f_1', [
    verdict(0, 'fail', { detectorClass: 'runtime' }),
    verdict(59 * MINUTE, 'fail', { detectorClass: 'runtime' }),
    verdict(90 * MINUTE, 'fail', { detectorClass: 'runtime' }),
    factOf({ kind: 'verdict', subjectId: 'f_1.1', verdict: 'tp', actor: ana, atMs: T0 + 5 * HOUR }),
  ]);
  const { good, bad, members } = over(views);
  assert.deepEqual([good, bad, members.length], [1, 0, 2]);
});

test('posture findings, and detections outside the window, are not counted', () => {
  const { members } = over([...findingOf('f_1', [verdict(0, 'fail')]), ...detection('f_2', -2 * DAY)]);
  assert.deepEqual(members, []);
});

test('recall: techniques exercised and detected within 15 min, incidents of outsiders missed', () => {
  const tenant = exerciseTenant('default');
  const techniques = ['T1059', 'T1611', 'T1552'];
  const plan: ExercisePlan = { kind: 'exercise', exerciseId: 'e', techniques, atMs: T0, actor: ana };
  const exercises = [mergeExercise(undefined, factOf(plan, { tenant }))];
  const detected = (id: string, after: number, technique: string): EpisodeView[] =>
    detection(id, after, [], { techniques: [technique] }).map((view) => ({
      ...view,
      finding: { ...view.finding, tenant },
    }));
  const exerciseEpisodes = [
    ...detected('f_1', 2 * MINUTE, 'T1059.004'), // a sub-technique of T1059: in time
    ...detected('f_2', 16 * MINUTE, 'T1611'), // too late
  ];
  const outside = { kind: 'incident', incidentId: 'i', step: 'declared', detectedBy: 'outsider', actor: ana } as const;
  const incidents = [mergeIncident(undefined, factOf({ ...outside, atMs: T0 }))];
  const input = inputOf({ exercises, exerciseEpisodes, incidents }, T0 - DAY, T0 + DAY);
  // 1 detected of 3 exercised and 1 missed in earnest: 1 / 4, after 120 s.
  const { companions, value, members } = compute(input);
  assert.deepEqual([companions.recall, companions.probe_mttd, companions.techniques_exercised], [0.25, 120, 3]);
  assert.deepEqual([value, members], [null, []]); // exercises never enter the production numbers
});

test('containment ends a detection: 20 min after it', () => {
  const views = detection('f_1', 0, [labelled(MINUTE, 'tp'), action(20 * MINUTE, 'contained')]);
  const { companions } = over(views);
  assert.equal(companions.containment_mean, 1200);
  assert.equal(views[0]?.episode.closeReason, 'remediated_verified');
  assert.ok(near(companions.label_coverage, 1));
});

test('nothing detected is null, never zero', () => {
  const { value, companions } = over([]);
  assert.deepEqual([value, companions.recall, companions.label_coverage], [null, null, null]);
});
