import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStandIn } from '../../tests/servers/http-stand-in.ts';
import { freePort } from '../../tests/servers/process.ts';
import { type ChannelConfig, channelConfig, createChannel } from './channels.ts';
import { noticeOf } from './notice-sample.ts';

/** What every channel owes its caller, over HTTP. */
process.env.CHANNEL_SECRET = 'hunter2-secret';
const secret = { env: 'CHANNEL_SECRET' };

function configsAt(url: string): ChannelConfig[] {
  process.env.CHANNEL_URL = url;
  const raw = [
    { kind: 'slack', endpoint: url, channel: 'C1', token: secret },
    { kind: 'teams', url: { env: 'CHANNEL_URL' } },
    { kind: 'webhook', url, secret },
    { kind: 'pagerduty', endpoint: url, routing_key: secret },
    { kind: 'github_issues', endpoint: url, repository: 'acme/infra', token: secret },
    { kind: 'jira', endpoint: url, project: 'SEC', authorization: secret },
  ];
  return raw.map((one) => channelConfig.parse({ ...one, timeout: '300ms' }));
}

const send = (config: ChannelConfig) => createChannel(config, 'channels.x', () => 0).send(noticeOf());

test('every channel tells a passing trouble from a refusal, and says when to come back', async (t) => {
  const server = await startStandIn();
  t.after(() => server.stop());
  for (const config of configsAt(server.url)) {
    server.answer(() => ({ status: 429, headers: { 'retry-after': '7' } }));
    assert.deepEqual(await send(config), { status: 'retryable', code: 'http_429', retryAfterMs: 7000 }, config.kind);
    server.answer(() => ({ status: 503 }));
    assert.deepEqual(await send(config), { status: 'retryable', code: 'http_503' }, config.kind);
    server.answer(() => ({ status: 400, body: { error: 'hunter2-secret' } }));
    assert.deepEqual(await send(config), { status: 'rejected', code: 'http_400' }, config.kind);
    server.answer(() => ({ status: 302, headers: { location: 'http://127.0.0.1:1/' } }));
    assert.deepEqual((await send(config)).status, 'retryable', `${config.kind}: credentials follow no redirect`);
  }
});

test('a channel that is not there is retried, by a code that holds no address', async () => {
  for (const config of configsAt(`http://127.0.0.1:${await freePort()}`)) {
    assert.deepEqual(await send(config), { status: 'retryable', code: 'unreachable' }, config.kind);
  }
});

test('a secret that is not there stops the start, by the name of its key', () => {
  const config = channelConfig.parse({ kind: 'slack', channel: 'C1', token: { env: 'NO_SUCH_VARIABLE' } });
  assert.throws(
    () => createChannel(config, 'channels.x', () => 0),
    /^Error: channels\.x\.token: NO_SUCH_VARIABLE is empty$/,
  );
});

test('an update changes what was told before it, where the channel can, and is told again where it cannot', async (t) => {
  const server = await startStandIn(({ path }) => ({
    status: path.startsWith('/v2/') ? 202 : 200,
    body: { ok: true, channel: 'C1', ts: '1.1' },
  }));
  t.after(() => server.stop());
  const refs: Record<string, string> = { slack: 'C1/1.1', github_issues: 'acme/infra#41', jira: 'SEC-1' };
  for (const config of configsAt(server.url)) {
    const channel = createChannel(config, 'channels.x', () => 0);
    const result = await channel.send(noticeOf({ step: 'updated', ref: refs[config.kind] ?? null }));
    assert.equal(result.status, 'accepted', config.kind);
  }
  assert.deepEqual(
    server.calls.map(({ method, path }) => `${method} ${path}`),
    [
      'POST /chat.update',
      'POST /',
      'POST /',
      'POST /v2/enqueue',
      'PATCH /repos/acme/infra/issues/41',
      'PUT /rest/api/2/issue/SEC-1',
    ],
  );
  assert.match(server.calls[4]?.raw ?? '', /Page, updated: .*<!-- cnapp:i_1 -->/);
});
