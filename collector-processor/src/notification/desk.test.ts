import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '../../../tests/servers/process.ts';
import { resolve, setUp } from './test-desk.ts';
import { incidentOf, MemoryLedger, NOW } from './test-estate.ts';

test('a page is told once, whatever is repeated; its receipt is an exact alert', async (t) => {
  const one = incidentOf(1);
  const { start, announce, channels, ledger } = setUp([one]);
  const desk = await start();
  await waitFor('the receipt', () => ledger.facts.length > 0);
  for (let round = 0; round < 100; round += 1) announce(one);
  await pause(300); // longer than transitions are collected
  await desk.stop();
  const again = await start();
  t.after(() => again.stop());
  announce(one);
  await pause(300);
  assert.deepEqual(channels.pager.told, ['opened 1']);
  assert.deepEqual(ledger.facts, [
    {
      kind: 'alert',
      subjectId: one.incident.id,
      channel: 'pager',
      precision: 'exact',
      urgency: 'page',
      atMs: NOW,
    },
  ]);
});

test('what happened while nobody was looking is told at the next start', async (t) => {
  const one = incidentOf(1);
  const { start, channels } = setUp([one]);
  const desk = await start();
  await waitFor('the page', () => channels.pager.taken.length === 1);
  await desk.stop();
  resolve(one);
  const again = await start();
  t.after(() => again.stop());
  await waitFor('the end', () => channels.pager.taken.length === 2);
  assert.deepEqual(channels.pager.told, ['opened 1', 'resolved 1']);
  assert.equal(channels.pager.taken[1]?.ref, `${one.incident.id}/1`);
});

test('tickets, teams without channels, and history each go where they belong', async (t) => {
  const ticket = incidentOf(1, { detector_class: 'vulnerability' });
  const unowned = incidentOf(2, { team: 'unowned' });
  const history = incidentOf(3, {}, { origin: 'backfill' });
  const { start, channels } = setUp([ticket, unowned, history]);
  const desk = await start();
  t.after(() => desk.stop());
  await waitFor('both', () => channels.issues.taken.length === 1 && channels.backup.taken.length === 1);
  await pause(300);
  assert.deepEqual([channels.pager.told, channels.backup.told, channels.issues.told], [[], ['opened 2'], ['opened 1']]);
});

test('a channel that is away loses nothing: the next one tells, in order, and one fault is seen', async (t) => {
  const known = Array.from({ length: 20 }, (_, index) => incidentOf(index + 1, { rule: `rule_${index}` }));
  const { start, channels, warnings, ledger, announce } = setUp(known);
  channels.pager.result = { status: 'retryable', code: 'unreachable' };
  const desk = await start();
  t.after(() => desk.stop());
  await waitFor('all pages', () => ledger.facts.length === 20);
  for (const one of known) {
    one.incident.state = 'acknowledged';
    announce(one);
  }
  await waitFor('the acknowledgements', () => channels.backup.taken.length === 40);
  for (const one of known) {
    resolve(one);
    announce(one);
  }
  await waitFor('the ends', () => channels.backup.taken.length === 60);
  for (const { incident } of known) {
    const steps = channels.backup.taken.filter(({ subjectId }) => subjectId === incident.id).map(({ step }) => step);
    assert.deepEqual(steps, ['opened', 'acknowledged', 'resolved']);
  }
  assert.deepEqual(warnings, ['pager destination is away, retrying']);
  assert.deepEqual(channels.pager.told, []);
});

test('where every channel is away, it goes round until one is back', async (t) => {
  const { start, channels, ledger } = setUp([incidentOf(1)]);
  channels.pager.result = { status: 'retryable', code: 'unreachable' };
  channels.backup.result = { status: 'retryable', code: 'unreachable' };
  const desk = await start();
  t.after(() => desk.stop());
  await waitFor('a round', () => channels.pager.attempts > 1 && channels.backup.attempts > 1);
  channels.backup.result = null;
  await waitFor('the receipt', () => ledger.facts.length === 1);
  assert.deepEqual(channels.backup.told, ['opened 1']);
  assert.equal(channels.backup.taken[0]?.isRepeat, true);
});

test('a refusal goes to the next channel at once; refused by all, it is a dead letter that is counted', async (t) => {
  const { start, channels, drops, warnings, ledger } = setUp([incidentOf(1)]);
  channels.pager.result = { status: 'rejected', code: 'http_400' };
  channels.backup.result = { status: 'rejected', code: 'http_404' };
  const desk = await start();
  t.after(() => desk.stop());
  await waitFor('the dead letter', () => warnings.length > 0);
  assert.deepEqual(drops, ['pager http_400', 'backup http_404']);
  assert.deepEqual(warnings, ['backup nobody could be told']);
  assert.match([...ledger.rows.values()][0] ?? '', /"state":"dead","reason":"http_404"/);
});

test('a receipt that the store cannot take yet is not sent again', async (t) => {
  const { start, channels, ledger } = setUp([incidentOf(1)]);
  const { send } = channels.pager;
  channels.pager.send = async (notice) => {
    const result = await send.call(channels.pager, notice);
    ledger.isBroken = true;
    return result;
  };
  const desk = await start();
  t.after(() => desk.stop());
  await waitFor('the message', () => channels.pager.attempts === 1);
  await pause(700); // two attempts to store
  ledger.isBroken = false;
  await waitFor('the receipt', () => ledger.facts.length === 1);
  assert.equal(channels.pager.attempts, 1);
});

test('a hold keeps back what begins in it, and tells when it ends; what is over by then is in the digest', async (t) => {
  const [lasting, brief] = [incidentOf(1), incidentOf(2)];
  const holds = [
    { name: 'deploy', match: { team: ['payments'] }, from: '2026-03-02T09:00:00Z', until: '2026-03-02T10:30:00Z' },
  ];
  const { start, announce, clock, channels, ledger } = setUp([lasting, brief], { holds });
  const desk = await start();
  t.after(() => desk.stop());
  assert.match([...ledger.rows.values()][0] ?? '', /"state":"held","reason":"deploy"/);
  resolve(brief);
  announce(brief);
  await pause(300);
  clock.ms = Date.parse('2026-03-02T10:30:00Z');
  desk.tick();
  await waitFor('the end of the hold', () => channels.pager.taken.length > 0);
  await pause(300);
  assert.deepEqual(channels.pager.told, ['opened 1']);
  clock.ms = Date.parse('2026-03-02T23:00:00Z');
  desk.tick();
  await waitFor('the digest', () => channels.issues.taken.length > 0);
  assert.deepEqual(channels.issues.taken[0]?.message.facts, [
    ['Held back', 'Bucket 2 is public: over before the hold ended: deploy'],
  ]);
  assert.match([...ledger.rows.values()][1] ?? '', /"state":"void","reason":"over before the hold ended: deploy"/);
});

test('what waits for a channel that is gone goes where it would go today', async (t) => {
  const ledger = new MemoryLedger();
  const before = setUp([incidentOf(1)], {}, ledger);
  before.channels.pager.result = { status: 'retryable', code: 'unreachable' };
  before.channels.backup.result = { status: 'retryable', code: 'unreachable' };
  const desk = await before.start();
  await waitFor('an attempt', () => before.channels.pager.attempts > 0);
  await desk.stop();
  const orphan = JSON.parse([...ledger.rows.values()][0] ?? '');
  ledger.save([
    { key: [...ledger.rows.keys()][0] ?? '', state: JSON.stringify({ ...orphan, chain: ['gone'], turn: 0 }) },
  ]);
  const after = setUp([incidentOf(1)], {}, ledger);
  const again = await after.start();
  t.after(() => again.stop());
  await waitFor('the receipt', () => ledger.facts.length === 1);
  assert.deepEqual(after.channels.pager.told, ['opened 1']);
});

test('a fix that did not hold pages again, under the same incident', async (t) => {
  const one = incidentOf(1);
  const { start, announce, channels } = setUp([one]);
  const desk = await start();
  t.after(() => desk.stop());
  await waitFor('the page', () => channels.pager.taken.length === 1);
  resolve(one);
  announce(one);
  await waitFor('the end', () => channels.pager.taken.length === 2);
  one.incident.state = 'firing';
  announce(one);
  await waitFor('the second page', () => channels.pager.taken.length === 3);
  assert.deepEqual(channels.pager.told, ['opened 1', 'resolved 1', 'opened 1']);
});

test('a ticket becomes a page when it turns out worse, once', async (t) => {
  const one = incidentOf(1, { detector_class: 'vulnerability' });
  const { start, announce, channels } = setUp([one]);
  const desk = await start();
  t.after(() => desk.stop());
  await waitFor('the ticket', () => channels.issues.taken.length === 1);
  one.finding.detector_class = 'runtime';
  for (let round = 0; round < 3; round += 1) announce(one);
  await waitFor('the page', () => channels.pager.taken.length === 1);
  resolve(one);
  announce(one);
  await waitFor('both ends', () => channels.pager.taken.length === 2 && channels.issues.taken.length === 2);
});

const HOUR = 3_600_000;

test('deadlines: told at 75 % unless acknowledged, and when missed; one message an owner and hour', async (t) => {
  // Detected at 09:00, due after 24 h: 75 % is 03:00 the next day.
  const known = [incidentOf(1), incidentOf(2), incidentOf(3, { team: 'web' })];
  const taken = incidentOf(4);
  taken.incident.state = 'acknowledged';
  for (const episode of taken.finding.episodes ?? []) {
    episode.clocks.t_ack = { at: '2026-03-02T09:30:00.000Z', source: 'slack', precision: 'exact' };
  }
  const { start, clock, channels } = setUp([...known, taken]);
  const desk = await start();
  t.after(() => desk.stop());
  const alerts = () =>
    Object.values(channels).flatMap((channel) => channel.taken.filter(({ step }) => step === 'deadline'));
  clock.ms = Date.parse('2026-03-03T02:59:59Z');
  desk.tick();
  await pause(100);
  assert.deepEqual(alerts(), []);
  clock.ms = Date.parse('2026-03-03T03:00:01Z') + 60_000;
  desk.tick();
  await waitFor('a message an owner', () => alerts().length === 2);
  assert.deepEqual(
    alerts()
      .map(({ message }) => message.title)
      .sort(),
    [
      'Deadlines of payments: 0 missed, 2 near and not acknowledged',
      'Deadlines of web: 0 missed, 1 near and not acknowledged',
    ],
  );
  clock.ms += 20 * 60_000;
  known.push(incidentOf(5, {}, { deadline_at: new Date(clock.ms).toISOString() }));
  desk.tick();
  await pause(100);
  assert.equal(alerts().length, 2, 'not before the hour is over');
  clock.ms += 41 * 60_000;
  desk.tick();
  await pause(100);
  clock.ms = Date.parse('2026-03-03T09:00:00Z') + HOUR;
  desk.tick();
  await waitFor('the misses', () => alerts().length === 4);
  assert.match(
    alerts()
      .map(({ message }) => message.title)
      .join('\n'),
    /Deadlines of payments: 3 missed, 0 near/,
  );
});

test('the digest lists what is new, and on Mondays counts a backlog that nobody was told of', async (t) => {
  // 2 March 2026 is a Monday.
  const fresh = incidentOf(1, { detector_class: 'sast', severity: 'medium' });
  const told = incidentOf(2);
  const baseline = [3, 4].map((number) =>
    incidentOf(number, { open_seconds: 30 * 86_400 }, { cohort: 'baseline', incident_id: null }),
  );
  const { start, clock, channels, known } = setUp([fresh, told, ...baseline]);
  for (const one of [fresh, ...baseline]) one.incident.state = 'resolved'; // no incidents
  const desk = await start();
  t.after(() => desk.stop());
  await waitFor('the page', () => channels.pager.taken.length === 1);
  const digests = () => channels.issues.taken.map(({ message }) => [message.title, ...message.facts]);
  clock.ms = Date.parse('2026-03-02T23:00:00Z');
  desk.tick();
  await waitFor('the digest', () => channels.issues.taken.length === 1);
  assert.deepEqual(digests()[0], [
    'Digest for payments: 1 new open findings, 2 in the backlog',
    ['Backlog', '2 critical. Worst: [critical] Bucket 3 is public, bucket-3; [critical] Bucket 4 is public, bucket-4'],
    ['medium', 'Bucket 1 is public, bucket-1'],
  ]);
  known.shift();
  clock.ms = Date.parse('2026-03-03T23:00:00Z');
  desk.tick();
  await pause(100);
  assert.equal(digests().length, 1, 'a backlog alone is no news on a Tuesday');
  clock.ms = Date.parse('2026-03-09T23:00:00Z');
  desk.tick();
  await waitFor('the next Monday', () => digests().length === 2);
});

test('what nothing announced, as the end of a suppression, is told within a minute', async (t) => {
  const { start, known, clock, channels } = setUp([]);
  const desk = await start();
  t.after(() => desk.stop());
  known.push(incidentOf(1));
  clock.ms += 60_000;
  desk.tick();
  await waitFor('the page', () => channels.pager.told.includes('opened 1'));
});

test('an accepted risk holds back notices and deadlines, and is told when it ends', async (t) => {
  const one = incidentOf(1, {}, { state: 'suspended', deadline_at: new Date(NOW - HOUR).toISOString() });
  const { start, clock, channels, ledger } = setUp([one]);
  const desk = await start();
  t.after(() => desk.stop());
  clock.ms += 2 * HOUR;
  desk.tick();
  await pause(100);
  assert.match([...ledger.rows.values()][0] ?? '', /"state":"held","reason":"accepted risk"/);
  assert.equal(channels.pager.attempts + channels.issues.attempts, 0);
  for (const episode of one.finding.episodes ?? []) episode.state = 'open';
  clock.ms += HOUR;
  desk.tick();
  await waitFor('the page', () => channels.pager.told.includes('opened 1'));
});
