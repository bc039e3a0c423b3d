import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GateObservation } from '@cnapp-slo/model';
import { factOf } from '../pipeline/facts.ts';
import { DAY, fail, HOUR, MINUTE, Stage, T0 } from './test-stage.ts';

function gate(at: number, revision: string, verdict: GateObservation['verdict']): GateObservation {
  return { kind: 'gate', repository: 'shop', revision, gate: 'iac', verdict, enforced: true, atMs: T0 + at };
}

const counted = (stage: Stage, sli: string) =>
  stage.processor.events
    .totals()
    .filter((one) => one.sli === sli)
    .map(({ outcome, count }) => [outcome, count]);

function tickAt(stage: Stage, at: number): void {
  stage.now = T0 + at;
  stage.processor.tick();
}

test('a change reaches the counters an hour after its gates have settled, once', async () => {
  const stage = new Stage();
  await stage.receive(0, 'github', [gate(0, 'a', 'pass'), gate(0, 'b', 'pass')]);
  tickAt(stage, MINUTE);
  await stage.receive(10 * MINUTE, 'github', [gate(10 * MINUTE, 'b', 'fail')]); // b turns: its hour begins again
  tickAt(stage, 11 * MINUTE);
  tickAt(stage, 60 * MINUTE);
  assert.deepEqual(counted(stage, 'ci-gate-failures'), []);
  tickAt(stage, 62 * MINUTE);
  assert.deepEqual(counted(stage, 'ci-gate-failures'), [['good', 1]]);
  tickAt(stage, 75 * MINUTE);
  tickAt(stage, 3 * HOUR);
  const final = [
    ['bad', 1],
    ['good', 1],
  ];
  assert.deepEqual(counted(stage, 'ci-gate-failures'), final);
  // A later verdict restates the SLI; what was announced stays.
  await stage.receive(4 * HOUR, 'github', [gate(4 * HOUR, 'a', 'fail')]);
  tickAt(stage, 6 * HOUR);
  assert.deepEqual(counted(stage, 'ci-gate-failures'), final);
  const report = stage.slis.get('ci-gate-failures');
  assert.deepEqual([report?.good, report?.bad], [0, 2]);
  assert.equal(report?.budget.burn['6h'], 25); // by arrival: 1 of 2 bad / 2 % allowed
});

test('history never reaches the counters', async () => {
  const stage = new Stage();
  stage.now = T0 + HOUR;
  const source = { id: 'import/1', format: 'github', scope: '1' };
  const settings = { tenant: 'default', recvMs: stage.now, backfill: true, exercise: false, source };
  await stage.processor.submit({
    facts: [factOf(gate(0, 'a', 'fail'), settings)],
    bytes: 1,
    accepted: { status: 'accepted', records: 1, rejected: 0 },
    noteSources: () => {},
  });
  for (let minute = 0; minute <= 180; minute += 10) tickAt(stage, HOUR + minute * MINUTE);
  assert.deepEqual(counted(stage, 'ci-gate-failures'), []);
  assert.equal(stage.slis.get('ci-gate-failures')?.bad, 1); // but every report
});

test('weighted seconds of M10 are counted as they pass', async () => {
  const stage = new Stage();
  await stage.receive(0, 'ocsf', [fail(0, { verdict: 'pass' })]);
  tickAt(stage, 0);
  for (let hour = 1; hour <= 24; hour += 1) tickAt(stage, hour * HOUR);
  // One c2 asset, weight 2, safe for a day.
  assert.deepEqual(counted(stage, 'incident-burn'), [
    ['good', 2 * 86_400],
    ['bad', 0],
  ]);
  // Failing from then on: critical, so it is late a day after its detection.
  await stage.receive(DAY, 'ocsf', [fail(DAY)]);
  for (let hour = 25; hour <= 72; hour += 1) {
    if (hour % 24 === 0) await stage.receive(hour * HOUR, 'ocsf', [fail(hour * HOUR)]);
    tickAt(stage, hour * HOUR);
  }
  assert.deepEqual(counted(stage, 'incident-burn'), [
    ['good', 4 * 86_400],
    ['bad', 2 * 86_400],
  ]);
  const burn = stage.slis.get('incident-burn')?.budget.burn;
  assert.deepEqual([burn?.['1h'], burn?.['1d']], [200, 200]); // all of it bad / 0.5 % allowed
});
