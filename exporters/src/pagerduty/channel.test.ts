import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStandIn } from '../../../tests/servers/http-stand-in.ts';
import { noticeOf } from '../notice-sample.ts';
import { PagerdutyChannel } from './channel.ts';
import { pagerdutyConfig } from './config.ts';

test('an incident is triggered, acknowledged and resolved under one key', async (t) => {
  const server = await startStandIn(() => ({ status: 202, body: { status: 'success', dedup_key: 'i_1' } }));
  t.after(() => server.stop());
  process.env.ROUTING_KEY = 'r0uting';
  const raw = { kind: 'pagerduty', endpoint: server.url, routing_key: { env: 'ROUTING_KEY' } };
  const channel = new PagerdutyChannel(pagerdutyConfig.parse(raw), 'x');
  for (const step of ['opened', 'acknowledged', 'resolved'] as const) {
    assert.deepEqual(await channel.send(noticeOf({ step })), { status: 'accepted', ref: 'i_1' });
  }
  const [trigger, acknowledge, resolve] = server.calls.map(({ json }) => json as Record<string, unknown>);
  assert.equal(server.calls[0]?.path, '/v2/enqueue');
  const { payload, links, ...rest } = trigger as { payload: Record<string, unknown>; links: unknown };
  assert.deepEqual(rest, {
    routing_key: 'r0uting',
    event_action: 'trigger',
    dedup_key: 'i_1',
    client: 'cnapp-slo',
    client_url: 'https://slo.example/incidents/i_1',
  });
  assert.deepEqual(links, [{ href: 'https://slo.example/incidents/i_1', text: 'Incident' }]);
  assert.deepEqual(
    [payload.severity, payload.timestamp, payload.group],
    ['critical', '2026-03-02T09:20:00.000Z', 'payments'],
  );
  assert.deepEqual(acknowledge, { routing_key: 'r0uting', event_action: 'acknowledge', dedup_key: 'i_1' });
  assert.deepEqual(resolve, { routing_key: 'r0uting', event_action: 'resolve', dedup_key: 'i_1' });
});
