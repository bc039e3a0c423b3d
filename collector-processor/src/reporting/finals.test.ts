import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SLIS } from '@cnapp-slo/model';
import { Finals } from './finals.ts';
import { bucket, change, DAY, fail, HOUR, MINUTE, Stage, T0 } from './test-stage.ts';

test('provisional, final, restated: what a day said when it was final stays, and says what it became', async () => {
  const stage = new Stage();
  const finals = new Finals(stage.processor.store, stage.slis, () => stage.now);
  const passTime = (fromMs: number, toMs: number) => {
    for (let at = fromMs; at <= toMs; at += MINUTE) {
      stage.now = T0 + at;
      finals.tick();
    }
  };
  const other = { ...bucket, id: 'arn:aws:s3:::b' };
  /** The point at the end of day 1. */
  const point = () =>
    [...(stage.slis.series('mttd-config', { window: '4d', stepSeconds: 86_400 }) ?? [])].find(
      ({ at }) => Date.parse(at) === T0 + DAY,
    );

  // Bounded by the last PASS: 90 minutes, a miss.
  await stage.receive(20 * HOUR, 'ocsf', [fail(20 * HOUR, { verdict: 'pass' })]);
  await stage.receive(21 * HOUR, 'cloudtrail', [change(21 * HOUR, { assets: [other] })]);
  await stage.receive(21.5 * HOUR, 'ocsf', [fail(21.5 * HOUR)]);
  passTime(DAY, DAY + 10 * MINUTE);
  assert.deepEqual([point()?.final, point()?.restated_from], [false, undefined]);
  // Every source has been heard beyond midnight, the audit trail beyond its half hour of lateness.
  await stage.receive(DAY + HOUR, 'ocsf', [fail(DAY + HOUR)]);
  await stage.receive(DAY + HOUR, 'cloudtrail', [change(DAY + 40 * MINUTE, { assets: [other] })]);
  passTime(DAY + HOUR, DAY + 2 * HOUR);
  assert.deepEqual([point()?.value, point()?.bad, point()?.final, point()?.restated_from], [5400, 1, true, undefined]);
  // A day late, an audit event shows that it was 20 minutes.
  const before = [...stage.processor.store.loadSloEvents()];
  await stage.receive(2 * DAY, 'cloudtrail', [change(21.5 * HOUR - 20 * MINUTE)]);
  passTime(2 * DAY, 2 * DAY + HOUR);
  assert.deepEqual([point()?.value, point()?.good, point()?.final], [1200, 1, true]);
  assert.deepEqual(point()?.restated_from, { value: 5400, good: 0, bad: 1 });
  // What was announced is as it was, and the past can still be asked about.
  assert.deepEqual([...stage.processor.store.loadSloEvents()].slice(0, before.length), before);
  const then = stage.slis.get('mttd-config', { untilMs: T0 + DAY, asOfMs: T0 + DAY + HOUR });
  assert.deepEqual([then?.value, then?.final], [5400, true]);
});

test('every SLI has a final for each day that its sources have been heard beyond', async () => {
  const stage = new Stage();
  const finals = new Finals(stage.processor.store, stage.slis, () => stage.now);
  for (let hour = 0; hour <= 50; hour += 1) {
    await stage.receive(hour * HOUR, 'ocsf', [fail(hour * HOUR, { verdict: 'pass' })]);
    for (let turn = 0; turn < SLIS.length; turn += 1) {
      stage.now += MINUTE;
      finals.tick();
    }
  }
  const noted = SLIS.filter(({ definition }) => stage.processor.store.meta(`final ${definition.id} ${T0 / DAY + 2}`));
  // Of posture alone, and of any source: drift, changes and runtime detections have no source here, and M1 needs both.
  assert.deepEqual(
    noted.map(({ definition }) => definition.code),
    SLIS.map(({ definition }) => definition)
      .filter(({ needs }) => needs.every((role) => role === 'posture'))
      .map(({ code }) => code)
      .concat('M1')
      .sort((a, b) => order(a) - order(b)),
  );
});

const order = (code: string) => SLIS.findIndex(({ definition }) => definition.code === code);
