import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { imageStory } from '../acceptance/image-story.ts';
import { startAlertmanager } from '../servers/alertmanager.ts';
import { type ReceivedCall, startStandIn } from '../servers/http-stand-in.ts';
import { temporaryFolder, waitFor } from '../servers/process.ts';
import { startProcessor } from '../servers/processor.ts';
import { requirePart } from '../servers/require-part.ts';
import { incidentsOf, notificationSettings, secretFile } from './setting.ts';

const { skip } = requirePart('alertmanager');

test('what runs a tainted image is learnt after the scan: its owner is told once, the default owner hears of it, and of two alerts one is over', {
  skip,
}, async (t) => {
  const folder = temporaryFolder('late-owner');
  const hook = await startStandIn();
  const alertmanager = await startAlertmanager({ webhook: hook.url });
  const [fallback, payments] = [
    await startStandIn(() => ({ status: 202 })),
    await startStandIn(() => ({ status: 202 })),
  ];
  t.after(async () => {
    await alertmanager.stop();
    for (const server of [hook, fallback, payments]) await server.stop();
    folder.remove();
  });
  const secret = secretFile(folder.path, 'secret', 'signing-secret');
  const channel = (url: string) => ({ kind: 'webhook', url, secret, min_interval: '0s' });
  const processor = await startProcessor(join(folder.path, 'cnapp.db'), [
    ...notificationSettings({
      channels: { fallback: channel(fallback.url), payments: channel(payments.url) },
      owners: { payments: { page: ['payments'], ticket: ['payments'] } },
      default_owner: { page: ['fallback'], ticket: ['fallback'] },
    }),
    `exporters.alertmanager=${JSON.stringify({ endpoints: [alertmanager.url] })}`,
  ]);
  t.after(() => processor.stop());
  const story = imageStory(Math.floor((Date.now() - 3 * 3600_000) / 1000) * 1000);
  const tell = ({ documents, resource }: (typeof story)['pod']) => processor.sendLogs(documents, resource);
  const notice = ({ json }: ReceivedCall): string => {
    const { type, data } = json as { type: string; data: { urgency: string; team: string } };
    return `${data.urgency} ${type.split('.').at(-1)} ${data.team}`;
  };
  const alert = ({ json }: ReceivedCall): string => {
    const { status, commonLabels } = json as { status: string; commonLabels: { owner_team: string } };
    return `${status} ${commonLabels.owner_team}`;
  };

  for (const telling of [story.cleanScan, story.provenance, story.registryScan]) await tell(telling);
  await waitFor('the default owner', () => fallback.calls.length > 0 && hook.calls.length > 0);
  await tell(story.pod);
  await waitFor('the owner to be known', async () => (await incidentsOf(processor))[0]?.team === 'payments');
  await tell(story.attack);
  await waitFor('the owner', () => payments.calls.length > 0 && fallback.calls.length > 1 && hook.calls.length > 2);
  for (let round = 0; round < 50; round += 1)
    for (const one of [story.registryScan, story.pod, story.attack]) await tell(one);
  await pause(1000); // longer than transitions are collected
  assert.deepEqual(fallback.calls.map(notice), ['ticket opened unowned', 'ticket updated payments']);
  assert.deepEqual(payments.calls.map(notice), ['page opened payments']);
  assert.deepEqual(hook.calls.map(alert).sort(), ['firing payments', 'firing unowned', 'resolved unowned']);
  const incidents = await incidentsOf(processor, {});
  assert.deepEqual(
    incidents.map(({ team, members }) => [team, members.map((member) => member.team)]),
    [['payments', ['payments', 'payments']]],
  );
  const listed = (await processor.get('/api/v1/findings?team=payments')) as { items: { detector_class: string }[] };
  assert.deepEqual(listed.items.map(({ detector_class }) => detector_class).sort(), ['runtime', 'vulnerability']);
});
