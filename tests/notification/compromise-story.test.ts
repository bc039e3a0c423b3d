import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ReceivedCall, startStandIn } from '../servers/http-stand-in.ts';
import { temporaryFolder, waitFor } from '../servers/process.ts';
import { startProcessor } from '../servers/processor.ts';
import { incidentsOf, notificationSettings, secretFile } from './setting.ts';

const HOOK_SECRET = 'webhook-signing-secret';
const ROUNDS = 100;

/** A shell in a container, as Falco tells it. */
const alert = {
  uuid: 'b1f5c0de-0000-4000-8000-000000000001',
  hostname: 'node-1',
  output: 'A shell was spawned in a container',
  priority: 'Critical',
  rule: 'Terminal shell in container',
  source: 'syscall',
  tags: ['container', 'mitre_execution', 'T1059'],
  time: new Date(Date.now() - 60_000).toISOString(),
  output_fields: {
    'container.id': '97c9868ea832',
    'container.image.repository': 'docker.io/acme/checkout',
    'k8s.ns.name': 'shop',
    'k8s.pod.name': 'checkout-6d4cf56db6-x7k2p',
    'proc.cmdline': 'sh -c id',
    'user.name': 'root',
  },
};

/** As a receiver of Standard Webhooks does it. */
function isSigned({ headers, raw }: ReceivedCall): boolean {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${raw}`;
  return headers['webhook-signature'] === `v1,${createHmac('sha256', HOOK_SECRET).update(signed).digest('base64')}`;
}

test('a compromised workload pages once on each channel within 30 s, and is over when somebody contained it', async (t) => {
  const folder = temporaryFolder('compromise');
  const pagerduty = await startStandIn(({ json }) => ({
    status: (json as { routing_key?: string }).routing_key === 'r0uting' ? 202 : 400,
  }));
  const hook = await startStandIn((call) => ({ status: isSigned(call) ? 200 : 401 }));
  const teams = await startStandIn(({ path }) => ({ status: path === '/flow?sig=s3cret' ? 202 : 401 }));
  t.after(async () => {
    for (const server of [pagerduty, hook, teams]) await server.stop();
    folder.remove();
  });
  const quick = { min_interval: '0s' };
  const set = notificationSettings({
    channels: {
      pager: {
        kind: 'pagerduty',
        endpoint: pagerduty.url,
        routing_key: secretFile(folder.path, 'key', 'r0uting'),
        ...quick,
      },
      hook: { kind: 'webhook', url: hook.url, secret: secretFile(folder.path, 'hook', HOOK_SECRET), ...quick },
      room: { kind: 'teams', url: secretFile(folder.path, 'room', `${teams.url}/flow?sig=s3cret`), ...quick },
    },
    default_owner: { page: ['pager', 'hook', 'room'] },
  });
  const storage = join(folder.path, 'cnapp.db');
  const before = await startProcessor(storage, set);
  t.after(() => before.stop());
  const all = [pagerduty, hook, teams];
  const sentMs = Date.now();
  await before.sendLogs([alert]);
  await waitFor('every channel', () => all.every(({ calls }) => calls.length > 0));
  assert.ok(all.every(({ calls }) => (calls[0]?.atMs ?? 0) - sentMs < 30_000));
  for (let round = 0; round < ROUNDS; round += 1) await before.sendLogs([alert]);
  await before.stop(); // in the middle
  const after = await startProcessor(storage, set);
  t.after(() => after.stop());
  for (let round = 0; round < ROUNDS; round += 1) await after.sendLogs([alert]);
  const [incident, ...others] = await incidentsOf(after);
  assert.deepEqual(others, []);
  const contained = await fetch(`http://${after.api}/api/v1/actions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ subject_id: incident?.id, action: 'contained', actor: 'ana@acme.example' }),
  });
  assert.equal(contained.status, 201);
  await waitFor('every channel to hear of the end', () => all.every(({ calls }) => calls.length > 1));
  await after.stop();
  const type = (call: ReceivedCall) => (call.json as { type?: string }).type?.split('.').at(-1);
  assert.deepEqual(
    pagerduty.calls.map(({ json }) => (json as { event_action: string }).event_action),
    ['trigger', 'resolve'],
  );
  assert.deepEqual(hook.calls.map(type), ['opened', 'resolved']);
  assert.equal(teams.calls.length, 2);
});
