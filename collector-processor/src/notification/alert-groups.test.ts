import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '../../../tests/servers/process.ts';
import { resolve, setUp } from './test-desk.ts';
import { incidentOf, MemoryLedger, type TestIncident } from './test-estate.ts';

const MINUTE = 60_000;
const many = (count: number, from = 1): TestIncident[] =>
  Array.from({ length: count }, (_, index) => incidentOf(from + index));

function acknowledge({ incident, finding }: TestIncident): void {
  incident.state = 'acknowledged';
  for (const { clocks } of finding.episodes ?? []) {
    clocks.t_ack = { at: '2026-03-02T10:00:00.000Z', source: 'slack', precision: 'exact' };
  }
}

test('five hundred incidents of one cause are one page that counts them, and each has its exact alert in one group', async (t) => {
  const known = many(500);
  const { start, channels, ledger } = setUp(known);
  const desk = await start();
  t.after(() => desk.stop());
  await waitFor('the alerts', () => ledger.facts.length === 500);
  assert.equal(channels.pager.taken.length, 1);
  const [page] = channels.pager.taken;
  assert.equal(page?.message.title, '500 × Bucket 1 is public');
  assert.deepEqual(page?.message.facts[0], [
    'How many',
    '500 incidents of one cause: 500 open, 500 acknowledged by nobody',
  ]);
  assert.equal(new Set(ledger.facts.map(({ subjectId }) => subjectId)).size, 500);
  assert.deepEqual(
    [...new Set(ledger.facts.map((fact) => fact.kind === 'alert' && `${fact.group} ${fact.precision}`))],
    [`${page?.subjectId} exact`],
  );
});

test('a group is acknowledged when each incident is, and over when each is; a restart tells nothing twice', async (t) => {
  const known = many(20);
  const { start, announce, channels } = setUp(known);
  const desk = await start();
  await waitFor('the page', () => channels.pager.taken.length === 1);
  const steps = () => channels.pager.taken.map(({ step }) => step);
  for (const one of known.slice(1)) acknowledge(one);
  for (const one of known) announce(one);
  await pause(300);
  assert.deepEqual(steps(), ['opened']);
  for (const one of known) acknowledge(one);
  for (const one of known) announce(one);
  await waitFor('the acknowledgement', () => channels.pager.taken.length === 2);
  await desk.stop();
  const again = await start();
  t.after(() => again.stop());
  for (const one of known) {
    resolve(one);
    announce(one);
  }
  await waitFor('the end', () => channels.pager.taken.length === 3);
  assert.deepEqual(steps(), ['opened', 'acknowledged', 'resolved']);
  assert.equal(new Set(channels.pager.taken.map(({ subjectId }) => subjectId)).size, 1);
});

test('what joins a group is told in one update, later and later, and not after its end', async (t) => {
  const known = many(20);
  const { start, announce, channels, clock, ledger } = setUp(known);
  const desk = await start();
  t.after(() => desk.stop());
  await waitFor('the page', () => ledger.facts.length === 20);
  const join = async (count: number): Promise<void> => {
    const more = many(count, known.length + 1);
    known.push(...more);
    for (const one of more) announce(one);
    await pause(300);
  };
  await join(10);
  await join(10);
  clock.ms += 14_000;
  desk.tick();
  await pause(100);
  assert.equal(channels.pager.taken.length, 1);
  clock.ms += 1000;
  desk.tick();
  await waitFor('the update', () => ledger.facts.length === 40);
  assert.equal(channels.pager.taken[1]?.step, 'updated');
  assert.equal(channels.pager.taken[1]?.message.title, '40 × Bucket 1 is public');
  assert.equal(channels.pager.taken[1]?.ref, `${channels.pager.taken[0]?.subjectId}/1`);
  await join(5);
  clock.ms += 15_000; // the second update takes twice the time
  desk.tick();
  await pause(100);
  assert.equal(channels.pager.taken.length, 2);
  for (const one of known) {
    resolve(one);
    announce(one);
  }
  await waitFor('the end', () => channels.pager.taken.length === 3);
  clock.ms += 15_000;
  desk.tick();
  await pause(100);
  assert.deepEqual(
    channels.pager.taken.map(({ step }) => step),
    ['opened', 'updated', 'resolved'],
  );
});

test('a few of one cause are told one by one; those of other rules, owners and times do not count', async (t) => {
  const known = [...many(5), incidentOf(6, { rule: 'other' }), incidentOf(7, { team: 'web' })];
  const { start, announce, clock, channels } = setUp(known);
  const desk = await start();
  t.after(() => desk.stop());
  await waitFor('the pages', () => channels.pager.taken.length === 6 && channels.backup.taken.length === 1);
  clock.ms += 10 * MINUTE;
  const [later] = many(1, 8);
  assert.ok(later);
  known.push(later);
  announce(later);
  await waitFor('the next', () => channels.pager.taken.length === 7);
  assert.deepEqual(
    channels.pager.taken.map(({ subjectId }) => subjectId.slice(0, 2)),
    Array.from({ length: 7 }, () => 'i_'),
  );
});

test('a hold that ends releases a storm as one page', async (t) => {
  const known = many(50);
  const holds = [{ name: 'deploy', match: {}, from: '2026-03-02T09:00:00Z', until: '2026-03-02T10:30:00Z' }];
  const { start, clock, channels, ledger } = setUp(known, { holds });
  const desk = await start();
  t.after(() => desk.stop());
  clock.ms = Date.parse('2026-03-02T10:30:00Z');
  desk.tick();
  await waitFor('the alerts', () => ledger.facts.length === 50);
  assert.equal(channels.pager.taken.length, 1);
});

test('what came back after the group was over is told again', async (t) => {
  const known = many(10);
  const { start, announce, channels, ledger } = setUp(known, {}, new MemoryLedger());
  const desk = await start();
  t.after(() => desk.stop());
  await waitFor('the page', () => ledger.facts.length === 10);
  for (const one of known) {
    resolve(one);
    announce(one);
  }
  await waitFor('the end', () => channels.pager.taken.length === 2);
  const [back] = known;
  assert.ok(back);
  back.incident.state = 'firing';
  announce(back);
  await waitFor('the next page', () => channels.pager.taken.length === 3);
  assert.equal(channels.pager.taken[2]?.subjectId, back.incident.id);
});
