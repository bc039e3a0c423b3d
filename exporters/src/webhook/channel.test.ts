import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { startStandIn } from '../../../tests/servers/http-stand-in.ts';
import { noticeOf } from '../notice-sample.ts';
import { signatureHeaders, WebhookChannel } from './channel.ts';
import { webhookConfig } from './config.ts';

const NOW = Date.parse('2026-03-02T09:21:00Z');

test('a call is a CloudEvent, signed over the raw body', async (t) => {
  const server = await startStandIn();
  t.after(() => server.stop());
  process.env.HOOK_SECRET = 'a-secret';
  const config = webhookConfig.parse({ kind: 'webhook', url: server.url, secret: { env: 'HOOK_SECRET' } });
  const channel = new WebhookChannel(config, 'x', () => NOW);
  assert.deepEqual(await channel.send(noticeOf()), { status: 'accepted', ref: null });
  const [call] = server.calls;
  const { data, ...event } = (call?.json ?? {}) as { data: { title: string; urgency: string } };
  assert.deepEqual(event, {
    specversion: '1.0',
    id: 'i_1|opened|pager#1|pager',
    source: '/cnapp-slo',
    type: 'dev.cnapp-slo.notice.opened',
    subject: 'i_1',
    time: '2026-03-02T09:21:00.000Z',
    datacontenttype: 'application/json',
  });
  assert.deepEqual([data.title, data.urgency], ['S3 bucket is public', 'page']);
  assert.equal(call?.headers['content-type'], 'application/cloudevents+json; charset=utf-8');
  const signed = `i_1|opened|pager#1|pager.${NOW / 1000}.${call?.raw}`;
  const want = createHmac('sha256', 'a-secret').update(signed).digest('base64');
  assert.equal(call?.headers['webhook-signature'], `v1,${want}`);
  assert.equal(call?.headers['webhook-timestamp'], String(NOW / 1000));
});

test('the example of Standard Webhooks comes out as published', () => {
  // github.com/standard-webhooks/standard-webhooks, libraries' shared test vector.
  const body = '{"test": 2432232314}';
  const headers = signatureHeaders(
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    1614265330,
    body,
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  );
  assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});
