import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { EpisodeJson, FindingJson, Page, SliReport } from '@cnapp-slo/model';
import { type StandIn, startStandIn } from '../../../tests/servers/http-stand-in.ts';
import { waitFor } from '../../../tests/servers/process.ts';
import { type App, createApp } from '../app.ts';
import { scanned } from './test-finding.ts';

/**
 * Five buckets open at 02:00 and five people are told. What happens to each, and the numbers by hand:
 *
 * | bucket | verdict | course | M2 from 02:00 | M8 | M9 |
 * |---|---|---|---|---|---|
 * | a | tp | acknowledged 03:00, fixed by automation 04:00, proven 05:00 | 3 h | good | true |
 * | b | fp | acknowledged 03:00 | – | – | false |
 * | c | tp | proven 06:00 | 4 h | bad | true |
 * | d | – | open, missed after 24 h | bad | – | unlabelled |
 * | e | tp | automation fails 04:00, proven 12:00 | 10 h | bad, and bad for the attempt | true |
 */
const DAY = Date.parse('2026-11-02T00:00:00Z');
const HOUR = 3_600_000;
const BUCKETS = ['a', 'b', 'c', 'd', 'e'] as const;
let nowMs = DAY;
let app: App;
let hook: StandIn;

const anyPort = { endpoint: '127.0.0.1:0' };
const hash = (token: string): string => createHash('sha256').update(token).digest('hex');

before(async () => {
  process.env.PLANTED_SECRET = 'secret';
  hook = await startStandIn();
  const channels = { hook: { kind: 'webhook', url: hook.url, secret: { env: 'PLANTED_SECRET' } } };
  app = await createApp(
    {
      api: { ...anyPort, tokens: `${hash('ana')} ana * read,write\n${hash('robot')} healer * write automation` },
      metrics: anyPort,
      receivers: { otlp: { grpc: anyPort, http: anyPort } },
      storage: { path: ':memory:' },
      notifications: { channels, default_owner: { page: ['hook'] } },
    },
    () => nowMs,
  );
  await app.start();
});
after(async () => {
  await app.stop();
  await hook.stop();
});

/** What the scanner says of the buckets at the hour, and receives at once. */
async function scan(hour: number, status: 'PASS' | 'FAIL', ...buckets: string[]): Promise<void> {
  nowMs = DAY + hour * HOUR;
  for (const name of buckets) await scanned(app, name, status, nowMs, nowMs);
}

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`http://${app.addresses.api}/api/v1${path}`, {
    headers: { authorization: 'Bearer ana' },
  });
  return (await response.json()) as T;
}

async function episodeOf(bucket: string): Promise<EpisodeJson> {
  const { items } = await get<Page<FindingJson>>('/findings');
  const id = items.find(({ asset_name }) => asset_name === bucket)?.id;
  return (await get<FindingJson>(`/findings/${id}`)).episodes?.[0] as EpisodeJson;
}

async function say(hour: number, token: string, path: string, bucket: string, body: object): Promise<void> {
  nowMs = DAY + hour * HOUR;
  const response = await fetch(`http://${app.addresses.api}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ subject_id: (await episodeOf(bucket)).incident_id, ...body }),
  });
  assert.equal(response.status, 201);
}

test('M2, M8 and M9 of a planted week are those of the hand calculation; alerts and acknowledgements are exact', async () => {
  await scan(0, 'PASS', ...BUCKETS);
  await scan(2, 'FAIL', ...BUCKETS);
  await waitFor('the pages', async () => {
    const { items } = await get<{ items: { alerted_at: string | null }[] }>('/incidents');
    return items.length === BUCKETS.length && items.every(({ alerted_at }) => alerted_at !== null);
  });
  assert.equal(hook.calls.length, BUCKETS.length);
  for (const bucket of ['a', 'b']) await say(3, 'ana', '/acknowledgements', bucket, {});
  for (const bucket of ['a', 'c', 'e']) await say(3, 'ana', '/verdicts', bucket, { verdict: 'tp' });
  await say(3, 'ana', '/verdicts', 'b', { verdict: 'fp' });
  const attempt = { tier: 'T3', attempt_id: 'run-1' };
  await say(3.5, 'robot', '/actions', 'a', { ...attempt, action: 'started' });
  await say(4, 'robot', '/actions', 'a', { ...attempt, action: 'remediated' });
  await say(4, 'robot', '/actions', 'e', { tier: 'T3', attempt_id: 'run-2', action: 'failed', cause: 'permission' });
  await scan(5, 'PASS', 'a');
  await scan(6, 'PASS', 'c');
  await scan(12, 'PASS', 'e');
  nowMs = DAY + 27 * HOUR; // every deadline is over: M2 judges by them

  const { t_alert, t_ack } = (await episodeOf('a')).clocks;
  assert.deepEqual([t_alert?.at, t_alert?.precision, t_alert?.source], ['2026-11-02T02:00:00.000Z', 'exact', 'hook']);
  assert.deepEqual([t_ack?.at, t_ack?.precision], ['2026-11-02T03:00:00.000Z', 'exact']);
  const week = (id: string) => get<SliReport>(`/slis/${id}?window=7d`);
  const mttr = await week('mttr');
  assert.deepEqual([mttr.value, mttr.good, mttr.bad, mttr.pending], [((3 + 4 + 10) / 3) * 3600, 3, 1, 0]);
  const automation = await week('automation-rate');
  assert.deepEqual([automation.value, automation.good, automation.bad], [1 / 4, 1, 3]);
  const noise = await week('alert-noise');
  assert.deepEqual([noise.value, noise.good, noise.bad, noise.excluded], [1 / 3, 3, 1, { unlabelled: 1 }]);
});
