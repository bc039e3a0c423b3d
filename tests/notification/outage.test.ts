import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { ReceivedCall } from '../servers/http-stand-in.ts';
import { temporaryFolder, waitFor } from '../servers/process.ts';
import { startProcessor } from '../servers/processor.ts';
import { publicBucket, type Story } from './many-stories.ts';
import { startServices } from './services.ts';
import { incidentsOf, notificationSettings } from './setting.ts';

/** How long the channel is away. Ten minutes are asked for: CNAPP_OUTAGE_SECONDS=600. */
const OUTAGE_MS = Number(process.env.CNAPP_OUTAGE_SECONDS ?? 12) * 1000;
const STORIES = 12;
const baseMs = Math.floor((Date.now() - 3 * 3600_000) / 1000) * 1000;

test('a channel that is away: nothing is lost, each incident is told in order, the next of the chain takes over, one fault is seen', async (t) => {
  const folder = temporaryFolder('outage');
  const services = await startServices(folder.path);
  const { chat, pager } = services.all;
  const processor = await startProcessor(undefined, [
    ...notificationSettings({
      channels: { ...services.channels, chat: { ...services.channels.chat, min_interval: '0s' } },
      default_owner: { page: [['chat', 'pager']], ticket: ['chat'] },
      public_url: 'https://slo.example',
      fallback_after: OUTAGE_MS < 60_000 ? '4s' : '15s',
      group_after: STORIES,
    }),
  ]);
  t.after(async () => {
    await processor.stop();
    await services.stop();
    folder.remove();
  });
  const stories = Array.from({ length: STORIES }, (_, index) => publicBucket(index, baseMs));
  const ids = new Map<Story, string>();
  const idOf = async (story: Story): Promise<string> => {
    await waitFor('the incident', async () => {
      const own = (await incidentsOf(processor)).find(({ asset_ids }) => asset_ids.includes(story.assetId));
      if (own) ids.set(story, own.id);
      return own !== undefined;
    });
    return ids.get(story) ?? '';
  };
  const acknowledge = async (story: Story): Promise<void> => {
    const body = JSON.stringify({ subject_id: await idOf(story), actor: 'ana@acme.example' });
    const headers = { 'content-type': 'application/json' };
    await fetch(`http://${processor.api}/api/v1/acknowledgements`, { method: 'POST', headers, body });
  };
  const stepOf = ({ json, raw }: ReceivedCall): string =>
    (json as { event_action?: string }).event_action ?? /(Page|Acknowledged|Resolved): /.exec(raw)?.[1] ?? '?';
  let awaySinceMs = Number.POSITIVE_INFINITY;
  let backMs = Number.POSITIVE_INFINITY;
  const isTaken = ({ atMs }: ReceivedCall): boolean => atMs < awaySinceMs || atMs >= backMs;
  const told = (of: Story): Record<'chat' | 'pager', string[]> => {
    const about = (call: ReceivedCall): boolean => call.raw.includes(ids.get(of) ?? '?');
    return {
      chat: chat.calls.filter((call) => isTaken(call) && about(call)).map(stepOf),
      pager: pager.calls.filter(about).map(stepOf),
    };
  };

  const [before, ...during] = stories;
  assert.ok(before);
  for (const story of stories) await story.begin(processor);
  for (const { send } of before.strikes) await send(processor);
  await waitFor('the first page', () => chat.calls.length > 0);

  awaySinceMs = Date.now();
  services.away.add('chat');
  await acknowledge(before);
  await waitFor('an attempt to say so', () => chat.calls.some((call) => stepOf(call) === 'Acknowledged'));
  await before.end(processor, await idOf(before));
  const pauseMs = OUTAGE_MS / during.length;
  for (const story of during) {
    for (const { send } of story.strikes) await send(processor);
    await pause(pauseMs);
  }
  backMs = Date.now();
  services.away.delete('chat');

  for (const story of during) await idOf(story);
  await waitFor('each to be told', () => during.every((story) => Object.values(told(story)).flat().length > 0), 60_000);
  for (const story of during) {
    await acknowledge(story);
    await waitFor('the acknowledgement', () => Object.values(told(story)).flat().length >= 2);
    await story.end(processor, ids.get(story) ?? '');
  }
  const isOver = (story: Story): boolean => /resolve/i.test(Object.values(told(story)).flat().at(-1) ?? '');
  await waitFor('every end', () => stories.every(isOver), 60_000).catch(() => {});

  assert.deepEqual(told(before), { chat: ['Page', 'Acknowledged', 'Resolved'], pager: [] });
  const byPager = during.filter((story) => told(story).pager.length > 0);
  for (const story of during) {
    assert.deepEqual(
      told(story),
      byPager.includes(story)
        ? { chat: [], pager: ['trigger', 'acknowledge', 'resolve'] }
        : { chat: ['Page', 'Acknowledged', 'Resolved'], pager: [] },
    );
  }
  assert.ok(byPager.length >= during.length / 2, 'the next of the chain took over');
  const lines = processor.process
    .output()
    .split('\n')
    .filter((line) => /destination is (away|back)/.test(line));
  assert.deepEqual(
    lines.map((line) => /destination is (away|back)/.exec(line)?.[1]),
    ['away', 'back'],
  );
  t.diagnostic(`${OUTAGE_MS / 1000} s away: ${byPager.length} of ${during.length} told by the next channel, 0 lost`);
});
