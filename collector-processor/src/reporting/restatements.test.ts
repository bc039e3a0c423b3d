import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GateObservation } from '@cnapp-slo/model';
import { sloEventCounter } from './metric-sources.ts';
import { bucket, DAY, fail, HOUR, idOf, MINUTE, Stage, T0 } from './test-stage.ts';

/** Hours pass, and time does its part. */
function pass(stage: Stage, fromHour: number, toHour: number): void {
  for (let at = fromHour * HOUR; at <= toHour * HOUR; at += 10 * MINUTE) {
    stage.now = T0 + at;
    stage.processor.tick();
  }
}

function totals(stage: Stage, id: string): [string, number, number | undefined][] {
  const counter = sloEventCounter(stage.processor, () => stage.now);
  return counter
    .totals()
    .filter(({ sli }) => sli === id)
    .map(({ outcome, count, restated }) => [outcome, count, restated]);
}

const gate = (at: number, verdict: GateObservation['verdict']): GateObservation => ({
  kind: 'gate',
  repository: 'github.com/acme/shop',
  revision: 'c0ffee',
  gate: 'trivy',
  verdict,
  enforced: true,
  atMs: T0 + at,
});

test('M4: a gate that turns out to have failed takes back the good change that was announced', async () => {
  const stage = new Stage();
  await stage.receive(0, 'github', [gate(0, 'pass')]);
  pass(stage, 0, 3);
  assert.deepEqual(totals(stage, 'ci-gate-failures'), [['good', 1, 0]]);
  await stage.receive(20 * HOUR, 'github', [gate(2 * HOUR, 'fail')]); // the asynchronous scan, after the merge
  pass(stage, 20, 24);
  assert.deepEqual(totals(stage, 'ci-gate-failures'), [['good', 1, 1]]); // what was announced stays
  assert.deepEqual([stage.slis.get('ci-gate-failures')?.good, stage.slis.get('ci-gate-failures')?.bad], [0, 1]);
});

test('M10: an asset that was gone all along takes back its seconds', async () => {
  const stage = new Stage();
  await stage.receive(0, 'ocsf', [fail(0, { verdict: 'pass' })]);
  pass(stage, 0, 48);
  const day = 86_400;
  // One c2 asset, weight 2.
  assert.deepEqual(totals(stage, 'incident-burn'), [
    ['good', 2 * 2 * day, 0],
    ['bad', 0, 0],
  ]);
  await stage.receive(2 * DAY, 'cloudtrail', [{ kind: 'asset', asset: bucket, state: 'deleted', atMs: T0 + DAY }]);
  stage.now += 2 * MINUTE;
  assert.deepEqual(totals(stage, 'incident-burn'), [
    ['good', 2 * 2 * day, 2 * day],
    ['bad', 0, 0],
  ]);
});

test('M9: a verdict that is changed turns an alert, and the page that it was stays a page', async () => {
  const stage = new Stage();
  const subjectId = idOf(fail(0));
  const actor = { id: 'ana', kind: 'human' as const };
  const say = (at: number, verdict: 'tp' | 'fp') =>
    stage.say(at, { kind: 'verdict', subjectId, verdict, actor, atMs: T0 + at });
  await stage.receive(0, 'ocsf', [fail(0)]);
  await stage.say(MINUTE, { kind: 'alert', subjectId, channel: 'pager', precision: 'exact', atMs: T0 + MINUTE });
  await say(HOUR, 'tp');
  pass(stage, 1, 4);
  assert.deepEqual(totals(stage, 'alert-noise'), [['good', 1, 0]]);
  await say(10 * HOUR, 'fp');
  pass(stage, 10, 14);
  assert.deepEqual(totals(stage, 'alert-noise'), [['good', 1, 1]]);
  assert.equal(stage.slis.get('alert-noise')?.companions?.alerts, 1);
});
