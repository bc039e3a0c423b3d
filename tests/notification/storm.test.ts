import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { IncidentJson, Page, SliReport } from '@cnapp-slo/model';
import { BUCKET, bucketStory } from '../acceptance/bucket-story.ts';
import { temporaryFolder, waitFor } from '../servers/process.ts';
import { startProcessor } from '../servers/processor.ts';
import { startServices } from './services.ts';
import { notificationSettings, secretFile } from './setting.ts';

const INCIDENTS = 500;
const SIGNING_SECRET = 'slack-signing-secret';
const baseMs = Math.floor((Date.now() - 3 * 3600_000) / 1000) * 1000;
const [PASS, FAIL, PROVEN] = [0, 3, 5];

test('five hundred public buckets of one cause are one page that counts; one press answers them all, and it ends once', async (t) => {
  const folder = temporaryFolder('storm');
  const services = await startServices(folder.path);
  const processor = await startProcessor(undefined, [
    ...notificationSettings({
      channels: services.channels,
      default_owner: { page: ['pager', 'chat'], ticket: ['issues'] },
      public_url: 'https://slo.example',
      people: [{ name: 'ana@acme.example', teams: ['*'], slack: 'U_ANA' }],
      answers: { slack: { secret: secretFile(folder.path, 'signing', SIGNING_SECRET) } },
    }),
  ]);
  t.after(async () => {
    await processor.stop();
    await services.stop();
    folder.remove();
  });
  const story = JSON.stringify(bucketStory(baseMs));
  const stories = Array.from(
    { length: INCIDENTS },
    (_, index) => JSON.parse(story.replaceAll(BUCKET, `b-${index}`)) as object[],
  );
  const each = (step: number): object[] => stories.flatMap((documents) => documents[step] ?? []);
  const incidents = async (state: string): Promise<IncidentJson[]> =>
    ((await processor.get(`/api/v1/incidents?limit=500&state=${state}`)) as Page<IncidentJson>).items;
  await processor.sendLogs(each(PASS));
  await processor.sendLogs(each(FAIL));
  const { pager, chat } = services.all;
  await waitFor('every alert', async () => {
    const firing = await incidents('firing');
    return firing.length === INCIDENTS && firing.every(({ alerted_at }) => alerted_at !== null);
  });
  assert.deepEqual([pager.calls.length, chat.calls.length], [1, 1]);
  const page = pager.calls[0]?.json as { payload: { summary: string }; client_url: string };
  assert.match(page.payload.summary, /^Page: \[critical\] 500 × /);
  assert.match(page.client_url, /\/groups\/g_[0-9a-f]{32}$/);
  const group = await fetch(`http://${processor.api}${new URL(page.client_url).pathname}`);
  assert.match(await group.text(), /answer to each of the 500 incidents/);

  const message = chat.calls[0]?.json as
    | { blocks: { elements?: { action_id: string; value: string }[] }[] }
    | undefined;
  const button = message?.blocks
    .flatMap(({ elements = [] }) => elements)
    .find(({ action_id }) => action_id === 'cnapp_acknowledge');
  const actions = [{ ...button, action_ts: (Date.now() / 1000).toFixed(6) }];
  const payload = JSON.stringify({ type: 'block_actions', user: { id: 'U_ANA' }, actions });
  const body = new URLSearchParams({ payload }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  const pressed = await fetch(`http://${processor.api}/hooks/slack`, {
    method: 'POST',
    headers: { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` },
    body: new TextEncoder().encode(body),
  });
  assert.equal(pressed.status, 200);
  assert.equal((await incidents('acknowledged')).length, INCIDENTS);
  const noise = (await processor.get('/api/v1/slis/alert-noise')) as SliReport;
  assert.equal(noise.companions?.alerts, 1, 'one alert reached a person');

  await waitFor('the acknowledgement to be shown', () => pager.calls.length === 2 && chat.calls.length === 2);
  await processor.sendLogs(each(PROVEN));
  await waitFor('the end', () => pager.calls.length >= 3 && chat.calls.length >= 3);
  await processor.stop();
  assert.deepEqual(
    pager.calls.map(({ json }) => (json as { event_action: string }).event_action),
    ['trigger', 'acknowledge', 'resolve'],
  );
  assert.deepEqual(
    chat.calls.map(({ path }) => path),
    ['/chat.postMessage', '/chat.update', '/chat.update'],
  );
});
