import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '../../../tests/servers/process.ts';
import { resolve, setUp } from './test-desk.ts';
import { incidentOf, type TestChannel, type TestIncident } from './test-estate.ts';

/** As the inventory tells it after the attack. */
function own({ incident, finding }: TestIncident, team = 'payments'): void {
  incident.team = team;
  finding.team = team;
}

/** What the channels show, `updated` too. */
function showAll(channels: Record<string, TestChannel>): void {
  for (const channel of Object.values(channels)) (channel.steps as Set<string>).add('updated');
}

test('an owner who becomes known later is told once, by himself; who was told before hears of that, and of the end', async (t) => {
  const one = incidentOf(1, { team: 'unowned' });
  const { start, announce, channels, ledger } = setUp([one]);
  showAll(channels);
  const desk = await start();
  await waitFor('the default owner', () => ledger.facts.length === 1);
  own(one);
  announce(one);
  await waitFor('the owner', () => channels.pager.taken.length === 1 && channels.backup.taken.length === 2);
  for (let round = 0; round < 100; round += 1) announce(one);
  await pause(300); // longer than transitions are collected
  await desk.stop();
  const again = await start();
  t.after(() => again.stop());
  announce(one);
  await pause(300);
  resolve(one);
  announce(one);
  await waitFor('both ends', () => channels.pager.taken.length === 2 && channels.backup.taken.length === 3);
  assert.deepEqual(channels.pager.told, ['opened 1', 'resolved 1']);
  assert.deepEqual(channels.backup.told, ['opened 1', 'updated 1', 'resolved 1']);
  assert.deepEqual(
    [...channels.pager.taken, ...channels.backup.taken].map(({ subjectId, message }) => [subjectId, message.team]),
    ['payments', 'payments', 'unowned', 'payments', 'payments'].map((team) => [one.incident.id, team]),
  );
});

test('nothing announces an owner: who has one within a minute is told', async (t) => {
  const one = incidentOf(1, { team: 'unowned' });
  const { start, clock, channels, ledger } = setUp([one]);
  const desk = await start();
  t.after(() => desk.stop());
  await waitFor('the default owner', () => ledger.facts.length === 1);
  own(one);
  clock.ms += 60_000;
  desk.tick();
  await waitFor('the owner', () => channels.pager.taken.length === 1);
});

test('an owner who reads where the default owner does is told nothing twice', async (t) => {
  const known = Array.from({ length: 10 }, (_, index) => incidentOf(index + 1, { team: 'unowned', rule: `r${index}` }));
  const { start, clock, channels, ledger } = setUp(known, { owners: {} });
  showAll(channels);
  const desk = await start();
  t.after(() => desk.stop());
  await waitFor('the default owner', () => ledger.facts.length === 10);
  for (const one of known) own(one, 'web');
  for (let minute = 0; minute < 3; minute += 1) {
    clock.ms += 60_000;
    desk.tick();
    await pause(50);
  }
  const steps = channels.backup.taken.map(({ step }) => step);
  assert.deepEqual(steps, [...Array(10).fill('opened'), ...Array(10).fill('updated')]);
});

test('what was not sent yet goes to the owner alone', async (t) => {
  const one = incidentOf(1, { team: 'unowned' });
  const holds = [
    { name: 'move', match: { team: ['unowned'] }, from: '2026-03-02T09:00:00Z', until: '2026-03-02T11:00:00Z' },
  ];
  const { start, announce, channels, ledger } = setUp([one], { holds });
  const desk = await start();
  t.after(() => desk.stop());
  own(one);
  announce(one);
  await waitFor('the owner', () => ledger.facts.length === 1);
  assert.deepEqual([channels.pager.told, channels.backup.attempts], [['opened 1'], 0]);
  assert.match([...ledger.rows.values()][0] ?? '', /"state":"void","reason":"handed over to payments"/);
});

test('an incident that somebody has stays where it is, and so does one that nobody owns any more', async (t) => {
  const [taken, lost] = [incidentOf(1, { team: 'unowned' }), incidentOf(2)];
  const { start, announce, channels, ledger } = setUp([taken, lost]);
  const desk = await start();
  t.after(() => desk.stop());
  await waitFor('both', () => ledger.facts.length === 2);
  taken.incident.state = 'acknowledged';
  own(taken);
  own(lost, 'unowned');
  for (const one of [taken, lost]) announce(one);
  await pause(300);
  assert.deepEqual([channels.pager.told, channels.backup.told], [['opened 2'], ['opened 1', 'acknowledged 1']]);
});

test('incidents that were one alert group go to their owners when those are known, each as its own', async (t) => {
  const known = Array.from({ length: 12 }, (_, index) => incidentOf(index + 1, { team: 'unowned' }));
  const { start, announce, channels, ledger } = setUp(known);
  const desk = await start();
  t.after(() => desk.stop());
  await waitFor('the group', () => ledger.facts.length === 12);
  const [first, second] = known;
  assert.ok(first && second);
  for (const one of [first, second]) own(one);
  for (let round = 0; round < 10; round += 1) announce(first);
  announce(second);
  await waitFor('the owner', () => channels.pager.taken.length === 2);
  resolve(first);
  announce(first);
  await waitFor('the end of one', () => channels.pager.taken.length === 3);
  assert.deepEqual(channels.pager.told.sort(), ['opened 1', 'opened 2', 'resolved 1']);
  assert.equal(channels.backup.taken.length, 1);
});
