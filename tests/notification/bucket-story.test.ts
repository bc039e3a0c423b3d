import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ASSET, bucketStory } from '../acceptance/bucket-story.ts';
import { startStandIn } from '../servers/http-stand-in.ts';
import { temporaryFolder, waitFor } from '../servers/process.ts';
import { startProcessor } from '../servers/processor.ts';
import { incidentsOf, notificationSettings, secretFile } from './setting.ts';

/** Two hours ago: live, and past. */
const baseMs = Math.floor((Date.now() - 2 * 3600_000) / 1000) * 1000;
const story = bucketStory(baseMs);
const FIX = 4;
/** What the inventory says: whose bucket it is. */
const owned = {
  ResourceTagMappingList: [{ ResourceARN: ASSET, Tags: [{ Key: 'owner', Value: 'payments' }] }],
  PaginationToken: '',
};

test('the public bucket pages its owner exactly once and closes when proven; duplicates and a crash send nothing more', async (t) => {
  const folder = temporaryFolder('notification');
  const pagerduty = await startStandIn(() => ({ status: 202, body: { status: 'success' } }));
  const others = await startStandIn(() => ({ status: 202 }));
  t.after(async () => {
    await pagerduty.stop();
    await others.stop();
    folder.remove();
  });
  const pager = (name: string, endpoint: string) => ({
    kind: 'pagerduty',
    endpoint,
    routing_key: secretFile(folder.path, name, `key-of-${name}`),
    min_interval: '0s',
  });
  const set = notificationSettings({
    channels: { pager: pager('payments', pagerduty.url), others: pager('others', others.url) },
    owners: { payments: { page: ['pager'] } },
    default_owner: { page: ['others'], ticket: ['others'] },
    public_url: 'https://slo.example',
  });
  const storage = join(folder.path, 'cnapp.db');
  const before = await startProcessor(storage, set);
  t.after(() => before.stop());
  await before.sendLogs([owned]);
  const sentMs = Date.now();
  await before.sendLogs(story.slice(0, FIX));
  await waitFor('the page', () => pagerduty.calls.length > 0);
  assert.ok(Date.now() - sentMs < 30_000);
  const [page] = pagerduty.calls.map(({ json }) => json as Record<string, Record<string, unknown>>);
  const [incident] = await incidentsOf(before);
  assert.equal(page?.event_action, 'trigger');
  assert.equal(page?.dedup_key, incident?.id);
  assert.equal(page?.routing_key, 'key-of-payments');
  assert.match(String(page?.payload?.summary), /^Page: \[critical\] .*\(payments\)$/);
  assert.deepEqual(page?.client_url, `https://slo.example/incidents/${incident?.id}`);
  await waitFor('the receipt', async () => (await incidentsOf(before))[0]?.alerted_at !== null);
  const finding = (await before.get(`/api/v1/findings/${incident?.episode_ids[0]}`)) as {
    episodes: { clocks: object }[];
  };
  assert.deepEqual(
    Object.entries(finding.episodes[0]?.clocks ?? {}).flatMap(([name, clock]) =>
      name === 't_alert' ? [[clock.source, clock.precision]] : [],
    ),
    [['pager', 'exact']],
  );
  for (let round = 0; round < 100; round += 1) await before.sendLogs(story.slice(0, FIX));
  await before.stop('SIGKILL');

  const after = await startProcessor(storage, set);
  t.after(() => after.stop());
  for (let round = 0; round < 20; round += 1) await after.sendLogs(story.slice(0, FIX));
  await after.sendLogs(story.slice(FIX));
  await waitFor('the end', () => pagerduty.calls.length > 1);
  for (let round = 0; round < 20; round += 1) await after.sendLogs(story);
  await after.stop(); // finishes what it has to say
  assert.deepEqual(
    pagerduty.calls.map(({ json }) => (json as { event_action: string }).event_action),
    ['trigger', 'resolve'],
  );
  assert.deepEqual(others.calls, []);
  assert.doesNotMatch(before.process.output() + after.process.output(), /key-of-/);
});
