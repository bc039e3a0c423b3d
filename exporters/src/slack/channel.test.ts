import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStandIn } from '../../../tests/servers/http-stand-in.ts';
import { noticeOf } from '../notice-sample.ts';
import { SlackChannel } from './channel.ts';
import { slackConfig } from './config.ts';

process.env.SLACK_TOKEN = 'xoxb-1';

interface Button {
  action_id: string;
  value: string;
}
interface Post {
  channel: string;
  ts?: string;
  text: string;
  blocks: { type: string; text?: { text: string }; elements?: Button[] }[];
}

async function slack(t: { after(end: () => Promise<void>): void }) {
  const server = await startStandIn(() => ({ body: { ok: true, channel: 'C1', ts: '1503435956.000247' } }));
  t.after(() => server.stop());
  const config = slackConfig.parse({
    kind: 'slack',
    endpoint: server.url,
    channel: 'C1',
    token: { env: 'SLACK_TOKEN' },
  });
  return { server, channel: new SlackChannel(config, 'x'), posts: () => server.calls.map(({ json }) => json as Post) };
}

test('a page is a message with buttons that carry nothing but the token', async (t) => {
  const { server, channel, posts } = await slack(t);
  assert.deepEqual(await channel.send(noticeOf()), { status: 'accepted', ref: 'C1/1503435956.000247' });
  assert.equal(server.calls[0]?.path, '/chat.postMessage');
  assert.equal(server.calls[0]?.headers.authorization, 'Bearer xoxb-1');
  const buttons = posts()[0]?.blocks.find(({ type }) => type === 'actions')?.elements ?? [];
  assert.deepEqual(
    buttons.map(({ action_id, value }) => [action_id, value]),
    ['acknowledge', 'assign', 'verdict_tp', 'verdict_fp', 'verdict_btp', 'verdict_duplicate'].map((id) => [
      `cnapp_${id}`,
      'token-1',
    ]),
  );
});

test('what telemetry says can neither call people nor become a link', async (t) => {
  const { channel, posts } = await slack(t);
  await channel.send(noticeOf());
  const texts = (posts()[0]?.blocks ?? []).map(({ text }) => text?.text ?? '').join('\n');
  assert.match(texts, /&lt;!channel&gt;/);
  assert.match(texts, /\*Not gathered\* {2}SLO impact/);
  assert.deepEqual(texts.match(/<[^>]*>/g), ['<https://slo.example/incidents/i_1|Incident>']);
});

test('what follows changes the message; when it is over, the buttons are gone', async (t) => {
  const { server, channel, posts } = await slack(t);
  const { message } = noticeOf();
  await channel.send(noticeOf({ step: 'resolved', ref: 'C9/1.2', message: { ...message, state: 'resolved' } }));
  assert.equal(server.calls[0]?.path, '/chat.update');
  assert.deepEqual([posts()[0]?.channel, posts()[0]?.ts], ['C9', '1.2']);
  assert.equal(
    posts()[0]?.blocks.some(({ type }) => type === 'actions'),
    false,
  );
});

test('the errors that Slack gives with a 200 are told apart', async (t) => {
  const { server, channel } = await slack(t);
  server.answer(() => ({ body: { ok: false, error: 'ratelimited' } }));
  assert.deepEqual(await channel.send(noticeOf()), { status: 'retryable', code: 'ratelimited' });
  server.answer(() => ({ body: { ok: false, error: 'channel_not_found' } }));
  assert.deepEqual(await channel.send(noticeOf()), { status: 'rejected', code: 'channel_not_found' });
});

test('after a crash the message is found again by its metadata; where it cannot be read, twice is better than never', async (t) => {
  const { server, channel } = await slack(t);
  const posted: Record<string, unknown>[] = [];
  server.answer(({ path, json }) => {
    if (path.startsWith('/conversations.history?channel=C1&')) {
      return { body: { ok: true, messages: [{ ts: '1.0' }, ...posted.map((one) => ({ ...one, ts: '7.7' }))] } };
    }
    posted.push(json as Record<string, unknown>);
    return { body: { ok: true, channel: 'C1', ts: '7.7' } };
  });
  assert.deepEqual(await channel.send(noticeOf()), { status: 'accepted', ref: 'C1/7.7' });
  assert.deepEqual(await channel.send(noticeOf({ isRepeat: true })), { status: 'accepted', ref: 'C1/7.7' });
  assert.equal(posted.length, 1);
  await channel.send(noticeOf({ isRepeat: true, idempotencyKey: 'another' }));
  assert.equal(posted.length, 2);
  server.answer(({ path }) => ({
    body: path.startsWith('/conversations')
      ? { ok: false, error: 'missing_scope' }
      : { ok: true, channel: 'C1', ts: '8.8' },
  }));
  assert.deepEqual(await channel.send(noticeOf({ isRepeat: true })), { status: 'accepted', ref: 'C1/8.8' });
});
