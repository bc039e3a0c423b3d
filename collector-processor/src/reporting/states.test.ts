import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Transition } from '@cnapp-slo/model';
import { DAY, fail, HOUR, idOf, Stage, T0 } from './test-stage.ts';

const subjectId = idOf(fail(0));
const dev = { id: 'dev', kind: 'human' as const };
const playbook = { id: 'playbook', kind: 'automation' as const };

function stateAt(stage: Stage, at: number): string | undefined {
  stage.now = T0 + at;
  const finding = stage.estate.finding(subjectId);
  const listed = stage.estate.findings({ state: finding?.state ?? '' }).items;
  assert.deepEqual([listed[0]?.id, finding?.episodes?.[0]?.state], [subjectId, finding?.state]);
  return finding?.state;
}

test('an accepted risk suspends its episode until it expires, and says so when it begins', async () => {
  const stage = new Stage();
  const told: Transition[] = [];
  stage.processor.feed.subscribe((transitions) => told.push(...transitions));
  await stage.receive(0, 'ocsf', [fail(0)]);
  await stage.say(HOUR, {
    kind: 'acceptance',
    subjectId,
    requester: dev,
    approver: { id: 'boss', kind: 'human' },
    reason: 'migration',
    atMs: T0 + HOUR,
    expiresMs: T0 + DAY,
    policy: 'resume',
  });
  assert.deepEqual([told.at(-1)?.at, told.at(-1)?.episode.state], ['suspended', 'suspended']);
  assert.equal(stateAt(stage, HOUR), 'suspended');
  assert.equal(stateAt(stage, DAY - 1), 'suspended');
  assert.equal(stateAt(stage, DAY), 'open');
});

test('open, acknowledged, being remedied, claimed fixed, failing again, closed', async () => {
  const stage = new Stage();
  const action = { kind: 'action', subjectId, actor: playbook, attemptId: 'one' } as const;
  await stage.receive(0, 'ocsf', [fail(0)]);
  assert.equal(stateAt(stage, 0), 'open');
  await stage.say(HOUR, { kind: 'acknowledgement', subjectId, actor: dev, channel: 'api', atMs: T0 + HOUR });
  assert.equal(stateAt(stage, HOUR), 'acked');
  await stage.say(2 * HOUR, { ...action, action: 'started', atMs: T0 + 2 * HOUR });
  assert.equal(stateAt(stage, 2 * HOUR), 'remediating');
  await stage.say(3 * HOUR, { ...action, action: 'remediated', atMs: T0 + 3 * HOUR });
  assert.equal(stateAt(stage, 3 * HOUR), 'fixed_unverified');
  await stage.receive(4 * HOUR, 'ocsf', [fail(4 * HOUR)]);
  assert.equal(stateAt(stage, 4 * HOUR), 'acked');
  await stage.receive(5 * HOUR, 'ocsf', [fail(5 * HOUR, { verdict: 'pass' })]);
  assert.equal(stateAt(stage, 5 * HOUR), 'closed');
});

test('a scope that nobody looks at any more makes its findings unknown, and closes none', async () => {
  const stage = new Stage();
  await stage.receive(0, 'ocsf', [fail(0)]);
  assert.equal(stateAt(stage, 2 * DAY - 1), 'open'); // a scanner is given a day, twice
  assert.equal(stateAt(stage, 2 * DAY), 'unknown');
  assert.equal(stage.estate.findings({ state: 'open' }).items.length, 1);
  await stage.receive(3 * DAY, 'ocsf', [fail(3 * DAY)]);
  assert.equal(stateAt(stage, 3 * DAY), 'open');
});
