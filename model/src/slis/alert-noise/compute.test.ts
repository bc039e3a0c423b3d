import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeDetection } from '../../domain/detection-hours.ts';
import type { VerdictLabel } from '../../domain/fact.ts';
import { change, DAY, HOUR, labelled, MINUTE, T0, verdict } from '../../domain/story.ts';
import { inputOf } from '../input.ts';
import type { EpisodeView } from '../sli.ts';
import { acknowledged, alertedAs, detection, findingOf, near } from '../test-facts.ts';
import { compute } from './compute.ts';

/** Alerts on their own, each with its label; null: unlabelled. */
function alerts(...labels: (VerdictLabel | null)[]): EpisodeView[] {
  return labels.flatMap((label, index) => alert(`f_${index}`, undefined, label));
}

function alert(id: string, group: string | undefined, label: VerdictLabel | null): EpisodeView[] {
  return detection(id, 0, [alertedAs(group, MINUTE), ...(label === null ? [] : [labelled(HOUR, label)])]);
}

const over = (episodes: readonly EpisodeView[]) => compute(inputOf({ episodes }, T0 - DAY, T0 + DAY));

test('three false for each true one: 3 : 1, a share of .75', () => {
  const { value, good, bad, companions } = over(alerts('tp', 'fp', 'btp', 'duplicate'));
  assert.deepEqual([value, good, bad, companions.false_share], [3, 1, 3, 0.75]);
});

test('what reached a person together is one alert, true when one member is', () => {
  const { value, good, bad, members } = over([
    ...alert('f_1', 'page-1', 'fp'),
    ...alert('f_2', 'page-1', 'tp'),
    ...alert('f_3', 'page-1', null),
    ...alert('f_4', 'page-2', 'fp'),
  ]);
  assert.deepEqual([value, good, bad], [1, 1, 1]);
  assert.deepEqual(
    members.map(({ episodeId, subject }) => [episodeId, subject?.title]),
    [
      ['page-1', 'Bucket is public and 2 more'],
      ['page-2', 'Bucket is public'],
    ],
  );
});

test('unlabelled alerts bound the ratio: low all true, high all false', () => {
  const { value, companions } = over(alerts('tp', 'tp', 'fp', null)); // 3 of 4 labelled
  assert.equal(value, 1 / 2);
  assert.deepEqual([companions.low, companions.high], [1 / 3, 2 / 2]);
});

test('below 60 % of labels there is no point value', () => {
  const { value, insufficient, companions } = over(alerts('tp', null));
  assert.deepEqual([value, insufficient, companions.label_coverage], [null, '1 of 2 alerts have no label', 0.5]);
});

test('without a true alert the ratio is n : 0, which is no number; alerting has (n + ½) / ½', () => {
  const { value, bad, companions } = over(alerts('fp', 'fp'));
  assert.deepEqual([value, bad, companions.smoothed], [null, 2, 5]);
});

test('gone before anybody acknowledged it, with nothing done, is false', () => {
  const resolved = (id: string, ...more: Parameters<typeof findingOf>[1]) =>
    findingOf(id, [change(-HOUR), verdict(0, 'fail'), alertedAs(undefined, MINUTE), ...more, verdict(HOUR, 'pass')]);
  assert.deepEqual(
    over([
      ...resolved('f_1'),
      ...resolved('f_2', acknowledged(10 * MINUTE)), // somebody looked: not known what it was
      ...resolved('f_3', change(30 * MINUTE)), // somebody did something
    ]).members.map(({ role, reason }) => [role, reason]),
    [
      ['bad', 'auto_resolved'],
      ['excluded', 'unlabelled'],
      ['excluded', 'unlabelled'],
    ],
  );
});

test('an alert belongs to the time at which it reached somebody', () => {
  const views = detection('f_1', 0, [alertedAs(undefined, 2 * DAY), labelled(3 * DAY, 'tp')]);
  const at = (fromMs: number, toMs: number) => compute(inputOf({ episodes: views }, fromMs, toMs)).good;
  assert.deepEqual([at(T0 - DAY, T0 + DAY), at(T0 + DAY, T0 + 4 * DAY)], [0, 1]);
});

test('compression: raw detections for each alert', () => {
  let hours: ReturnType<typeof mergeDetection> | undefined;
  for (let i = 0; i < 40; i += 1)
    hours = mergeDetection(hours, verdict(i * 1000, 'fail', { detectorClass: 'runtime' }));
  const input = inputOf({ episodes: alerts('tp', 'fp'), detections: hours ? [hours] : [] }, T0 - DAY, T0 + DAY);
  assert.ok(near(compute(input).companions.compression, 20));
});

test('what never reached anybody is no alert; none at all is null', () => {
  const { value, members, companions } = over(detection('f_1', 0, [labelled(HOUR, 'fp')]));
  assert.deepEqual([value, members, companions.smoothed], [null, [], null]);
});

test('pages for each shift of twelve hours: tickets call nobody, a group calls once', () => {
  const at = (id: string, when: number, group?: string, urgency?: 'page' | 'ticket' | 'digest') =>
    detection(id, 0, [alertedAs(group, when, urgency)]);
  // T0 is midnight. Two shifts of the day before, two of the day: 00:00 to 12:00 has three pages, 12:00 to 24:00 one.
  const { companions } = over([
    ...at('f_1', HOUR),
    ...at('f_2', 2 * HOUR, undefined, 'page'),
    ...at('f_3', 3 * HOUR, 'together', 'page'),
    ...at('f_4', 3 * HOUR, 'together', 'page'),
    ...at('f_5', 4 * HOUR, undefined, 'ticket'),
    ...at('f_6', 5 * HOUR, undefined, 'digest'),
    ...at('f_7', 13 * HOUR, undefined, 'page'),
  ]);
  assert.deepEqual([companions.pages_per_shift, companions.busiest_shift, companions.alerts], [4 / 4, 3, 6]);
  assert.deepEqual([over([]).companions.pages_per_shift, over([]).companions.busiest_shift], [0, 0]);
});

test('what a detector mutes alerts nobody, and may be true', () => {
  const muted = (id: string, ...more: Parameters<typeof findingOf>[1]) =>
    findingOf(id, [verdict(0, 'fail'), verdict(HOUR, 'suppressed'), ...more]);
  const { companions } = over([
    ...muted('f_1'),
    ...muted('f_2', labelled(2 * HOUR, 'tp')),
    ...muted('f_3', alertedAs(undefined, 30 * MINUTE)), // told before it was muted
    ...findingOf('f_4', [verdict(0, 'fail')]),
  ]);
  assert.deepEqual([companions.suppressed, companions.suppressed_true, companions.alerts], [2, 1, 1]);
});
