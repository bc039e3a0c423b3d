import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '../../../tests/servers/process.ts';
import type { PlanRecord } from './approvals/approvals.ts';
import { setUp } from './test-desk.ts';
import { incidentOf, NOW } from './test-estate.ts';

const HOUR = 3_600_000;
const public_url = 'https://slo.example';
const people = [
  { name: 'boss', teams: ['payments'], can_approve: true },
  { name: 'web-lead', teams: ['web'], can_approve: true },
  { name: 'intern', teams: ['payments'] },
  { name: 'ana', teams: ['*'], can_approve: true },
];
const owners = (more: object) => ({ owners: { payments: { page: ['pager'], ...more } }, default_owner: {} });

function planOf(changes: Partial<PlanRecord> = {}): PlanRecord {
  return {
    id: 'abc',
    plan: {
      kind: 'accept_risk',
      subjectId: incidentOf(1).finding.id,
      tenant: 'default',
      team: 'payments',
      difference: 'No clock runs until April\nsecond line',
      blastRadius: 'bucket-1, 0 other open findings on it',
      parameters: {},
    },
    digest: 'd1',
    nonce: 'n0nce',
    requester: { id: 'ana', kind: 'human' },
    requestedMs: NOW,
    expiresMs: NOW + HOUR,
    state: 'waiting',
    reason: null,
    decidedBy: null,
    decidedMs: null,
    href: null,
    ...changes,
  };
}

test('those who may approve are told once that a plan waits, with the way to it, and once that it was decided', async (t) => {
  const one = incidentOf(1);
  one.incident.state = 'resolved'; // nobody is told of it
  const { start, plans, channels, ledger } = setUp([one], { ...owners({ approval: ['backup'] }), people, public_url });
  const desk = await start();
  const plan = planOf();
  plans.push(plan);
  for (let round = 0; round < 100; round += 1) desk.tick();
  await waitFor('the message', () => channels.backup.taken.length === 1);
  await desk.stop();
  const again = await start();
  t.after(() => again.stop());
  for (let round = 0; round < 100; round += 1) again.tick();
  await pause(100);
  const [opened, ...more] = channels.backup.taken;
  assert.deepEqual(more, []);
  assert.deepEqual(
    { ...opened?.message, step: opened?.step, answerToken: opened?.answerToken },
    {
      title: 'Accept a risk: Bucket 1 is public',
      severity: 'critical',
      state: 'firing',
      tenant: 'default',
      team: 'payments',
      startedAt: '2026-03-02T10:00:00.000Z',
      facts: [
        ['What would be different', 'No clock runs until April'],
        ['Blast radius', 'bucket-1, 0 other open findings on it'],
        ['Asked by', 'ana'],
        ['Who may decide', 'boss'],
        ['A no without an answer by', '2026-03-02T11:00:00.000Z'],
      ],
      nextCommand: null,
      links: [{ title: 'Decide', href: 'https://slo.example/plans/abc' }],
      missing: [],
      step: 'opened',
      answerToken: null,
    },
  );
  Object.assign(plan, { state: 'done', decidedBy: { id: 'boss', kind: 'human' } });
  for (let round = 0; round < 100; round += 1) again.tick();
  await waitFor('the end', () => channels.backup.taken.length === 2);
  await pause(100);
  const [, resolved, ...others] = channels.backup.taken;
  assert.deepEqual([resolved?.step, resolved?.ref, others], ['resolved', opened && `${opened.subjectId}/1`, []]);
  assert.deepEqual(resolved?.message.facts.at(-1), ['Decision', 'done, by boss']);
  assert.doesNotMatch(JSON.stringify(channels.backup.taken), /n0nce/);
  assert.deepEqual(ledger.facts, [], 'no clock starts for a plan');
});

test('a plan that nobody answered is closed, also when it ended while nobody was looking', async (t) => {
  const { start, plans, channels } = setUp([], { ...owners({ approval: ['backup'] }), people });
  const plan = planOf();
  plans.push(plan);
  const desk = await start();
  await waitFor('the message', () => channels.backup.taken.length === 1);
  await desk.stop();
  Object.assign(plan, {
    state: 'expired',
    reason: 'nobody answered',
    decidedBy: { id: 'cnapp-slo', kind: 'automation' },
  });
  const again = await start();
  t.after(() => again.stop());
  await waitFor('the end', () => channels.backup.taken.length === 2);
  assert.deepEqual(channels.backup.taken[0]?.message.facts.at(-1), ['Decide', 'on the processor’s page /plans/abc']);
  assert.deepEqual(channels.backup.taken[1]?.message.facts.at(-2), [
    'Decision',
    'expired: nobody answered, by cnapp-slo',
  ]);
});

test('a plan that was decided before it could be told is told to nobody', async (t) => {
  const { start, plans, channels, ledger } = setUp([], owners({ approval: ['backup'] }));
  channels.backup.result = { status: 'retryable', code: 'unreachable' };
  const desk = await start();
  t.after(() => desk.stop());
  plans.push(planOf({ state: 'done' }));
  desk.tick();
  await pause(100);
  assert.deepEqual([channels.backup.attempts, ledger.rows.size], [0, 0]);
});

for (const [what, more, want] of [
  ['their own channels', { approval: ['backup'], ticket: ['issues'] }, { pager: 0, backup: 1, issues: 0 }],
  ['else those of tickets', { ticket: ['issues'] }, { pager: 0, backup: 0, issues: 1 }],
  ['never a pager', {}, { pager: 0, backup: 0, issues: 0 }],
] as const) {
  test(`where plans are told: ${what}`, async (t) => {
    const { start, plans, channels } = setUp([], owners(more));
    plans.push(planOf());
    const desk = await start();
    t.after(() => desk.stop());
    await pause(100);
    const { pager, backup, issues } = channels;
    assert.deepEqual({ pager: pager.taken.length, backup: backup.taken.length, issues: issues.taken.length }, want);
  });
}
