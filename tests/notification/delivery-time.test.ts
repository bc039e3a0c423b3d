import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startAlertmanager } from '../servers/alertmanager.ts';
import { type ReceivedCall, startStandIn } from '../servers/http-stand-in.ts';
import { temporaryFolder, waitFor } from '../servers/process.ts';
import { startProcessor } from '../servers/processor.ts';
import { requirePart } from '../servers/require-part.ts';
import { compromisedImage, publicBucket, type Story } from './many-stories.ts';
import { startServices } from './services.ts';
import { incidentsOf, notificationSettings } from './setting.ts';

const { skip } = requirePart('alertmanager');
/** A third each of pages for buckets, of tickets for images that become pages, of tickets. A hundred give a p99: CNAPP_DELIVERY_STORIES=100 takes five minutes. */
const STORIES = Number(process.env.CNAPP_DELIVERY_STORIES ?? 6);
/** What Slack and GitHub take is one a second. */
const PACE_MS = 1100;
const DUPLICATES = 100;
const WITHIN_MS = 30_000;

const baseMs = Math.floor((Date.now() - 3 * 3600_000) / 1000) * 1000;
const stories: Story[] = Array.from({ length: STORIES }, (_, index) =>
  index % 3 === 1
    ? compromisedImage(index, baseMs)
    : publicBucket(index, baseMs, index % 3 === 2 ? 'High' : 'Critical'),
);

type Kind = 'opened' | 'closed' | 'other';

/** What each service calls what. */
const kinds: Record<string, (call: ReceivedCall) => Kind> = {
  alertmanager: ({ json }) => ((json as { status: string }).status === 'firing' ? 'opened' : 'closed'),
  pager: ({ json }) =>
    ({ trigger: 'opened', resolve: 'closed' })[(json as { event_action: string }).event_action] as Kind,
  chat: ({ path, raw }) => (path === '/chat.postMessage' ? 'opened' : raw.includes('Resolved') ? 'closed' : 'other'),
  room: ({ raw }) => (raw.includes('Resolved: ') ? 'closed' : 'opened'),
  issues: ({ method, path }) =>
    method === 'POST' && path.endsWith('/issues') ? 'opened' : path.endsWith('/comments') ? 'closed' : 'other',
  tickets: ({ path }) => (path === '/rest/api/2/issue' ? 'opened' : path.endsWith('/comment') ? 'closed' : 'other'),
};

function p99(times: number[]): number {
  return times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN;
}

test('each story reaches its owner once on every channel within 30 s at p99, and closes once; a hundred duplicates and a crash send nothing more', {
  skip,
}, async (t) => {
  const folder = temporaryFolder('delivery-time');
  const services = await startServices(folder.path);
  const hook = await startStandIn();
  const alertmanager = await startAlertmanager({ webhook: hook.url });
  const others = await startStandIn(() => ({ status: 202 }));
  t.after(async () => {
    await alertmanager.stop();
    for (const server of [hook, others]) await server.stop();
    await services.stop();
    folder.remove();
  });
  const page = ['pager', 'chat', 'room'];
  const ticket = ['issues', 'tickets'];
  const set = [
    ...notificationSettings({
      channels: {
        ...services.channels,
        others: { kind: 'slack', endpoint: others.url, channel: 'C0', token: { env: 'PATH' } },
      },
      owners: { payments: { page, ticket } },
      default_owner: { page: ['others'], ticket: ['others'] },
      public_url: 'https://slo.example',
      group_after: STORIES, // each is to be measured by itself
    }),
    `exporters.alertmanager=${JSON.stringify({ endpoints: [alertmanager.url] })}`,
  ];
  const calls: Record<string, ReceivedCall[]> = {
    alertmanager: hook.calls,
    ...Object.fromEntries(Object.entries(services.all).map(([name, { calls: of }]) => [name, of])),
  };
  const ids = new Map<Story, string>();
  /** Every message links to its incident, or names it. */
  const about = (name: string, kind: Kind, story: Story): ReceivedCall[] =>
    (calls[name] ?? []).filter((call) => kinds[name]?.(call) === kind && call.raw.includes(ids.get(story) ?? '?'));
  const counts = (kind: Kind): Record<string, number[]> =>
    Object.fromEntries(
      Object.keys(calls).map((name) => [name, stories.map((story) => about(name, kind, story).length)]),
    );
  /** Alertmanager is shown an incident once, whatever becomes of it. */
  const strikeOf = (name: string, { strikes }: Story): number =>
    name === 'alertmanager'
      ? 0
      : strikes.findIndex(({ urgency }) => (urgency === 'page' ? page : ticket).includes(name));
  const want = Object.fromEntries(
    Object.keys(calls).map((name) => [name, stories.map((story) => Number(strikeOf(name, story) >= 0))]),
  );
  const isAll = (kind: Kind): boolean => JSON.stringify(counts(kind)) === JSON.stringify(want);

  const storage = join(folder.path, 'cnapp.db');
  const before = await startProcessor(storage, set);
  t.after(() => before.stop());
  for (const story of stories) await story.begin(before);
  const struckMs = new Map<Story['strikes'][number], number>();
  for (const [index, { strikes }] of stories.entries()) {
    for (const strike of strikes) {
      struckMs.set(strike, Date.now());
      await strike.send(before);
      await pause(PACE_MS);
      await waitFor('somebody to be told', async () => {
        const incidents = await incidentsOf(before);
        return incidents.length === index + 1 && incidents.every(({ alerted_at }) => alerted_at !== null);
      });
    }
  }
  const opened = await incidentsOf(before);
  for (const story of stories) {
    const own = opened.filter(({ asset_ids }) => asset_ids.includes(story.assetId));
    assert.equal(own.length, 1);
    ids.set(story, own[0]?.id ?? '');
  }
  await waitFor('every message', () => isAll('opened'), WITHIN_MS).catch(() => {});
  assert.deepEqual(counts('opened'), want);
  for (const name of Object.keys(calls)) {
    const times = stories.flatMap((story) => {
      const strike = story.strikes[strikeOf(name, story)];
      return about(name, 'opened', story).map(({ atMs }) => atMs - ((strike && struckMs.get(strike)) ?? 0));
    });
    t.diagnostic(`${name}: ${times.length} messages, p99 ${p99(times)} ms`);
    assert.ok(p99(times) < WITHIN_MS, name);
  }
  await waitFor('the receipts', async () => (await incidentsOf(before)).every(({ alerted_at }) => alerted_at !== null));

  const [bucket, image] = stories;
  const repeat = async (processor: typeof before): Promise<void> => {
    for (let round = 0; round < DUPLICATES / 2; round += 1) {
      for (const strike of [bucket, image].flatMap((story) => story?.strikes ?? [])) await strike.send(processor);
    }
  };
  await repeat(before);
  await before.stop('SIGKILL');
  const after = await startProcessor(storage, set);
  t.after(() => after.stop());
  await repeat(after);

  const incidents = await incidentsOf(after);
  assert.equal(incidents.length, STORIES);
  assert.deepEqual([...new Set(incidents.map(({ team }) => team))], ['payments']);
  for (const story of stories) {
    await story.end(after, ids.get(story) ?? '');
    await pause(PACE_MS);
  }
  await waitFor('every end', () => isAll('closed'), 60_000).catch(() => {});
  assert.deepEqual(counts('closed'), want);
  assert.deepEqual(counts('opened'), want, 'nothing more');
  const tickets = stories.filter(({ strikes }) => strikes.some(({ urgency }) => urgency === 'ticket')).length;
  const closed = (name: string, is: (call: ReceivedCall) => boolean) => (calls[name] ?? []).filter(is).length;
  assert.equal(
    closed('issues', ({ method, raw }) => method === 'PATCH' && raw.includes('"closed"')),
    tickets,
  );
  assert.equal(
    closed('tickets', ({ path }) => path.endsWith('/transitions')),
    tickets,
  );
  assert.deepEqual([others.calls, services.refused], [[], []]);
});
