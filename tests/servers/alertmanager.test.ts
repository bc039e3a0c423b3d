import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import { startAlertmanager } from './alertmanager.ts';
import { waitFor } from './process.ts';
import { requirePart } from './require-part.ts';

const part = requirePart('alertmanager');

test('an Alertmanager takes an alert and passes it to the webhook', { skip: part.skip }, async () => {
  const received: { alerts: { labels: { alertname: string }; status: string }[] }[] = [];
  const webhook = createServer(async (request, response) => {
    received.push((await json(request)) as (typeof received)[number]);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(webhook, 'listening');
  const { port } = webhook.address() as AddressInfo;
  const server = await startAlertmanager({ webhook: `http://127.0.0.1:${port}/` });
  try {
    const posted = await fetch(`${server.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ labels: { alertname: 'BucketOpen' } }]),
    });
    assert.equal(posted.status, 200);
    await waitFor('the webhook to be called', () => received.length > 0);
    assert.equal(received[0]?.alerts[0]?.labels.alertname, 'BucketOpen');
    assert.equal(received[0]?.alerts[0]?.status, 'firing');
    assert.equal((await server.alerts())[0]?.labels.alertname, 'BucketOpen');
  } finally {
    await server.stop();
    webhook.close();
  }
});
