import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStandIn } from '../../../tests/servers/http-stand-in.ts';
import { noticeOf } from '../notice-sample.ts';
import { TeamsChannel } from './channel.ts';
import { teamsConfig } from './config.ts';

test('a page is one Adaptive Card whose facts are plain text', async (t) => {
  const server = await startStandIn(() => ({ status: 202 }));
  t.after(() => server.stop());
  process.env.TEAMS_URL = `${server.url}/workflows/1?sig=s3cret`;
  const channel = new TeamsChannel(teamsConfig.parse({ kind: 'teams', url: { env: 'TEAMS_URL' } }), 'x');
  assert.deepEqual(await channel.send(noticeOf()), { status: 'accepted', ref: null });
  const [call] = server.calls;
  assert.equal(call?.path, '/workflows/1?sig=s3cret');
  const { type, attachments } = (call?.json ?? {}) as {
    type: string;
    attachments: {
      contentType: string;
      content: Record<string, unknown> & { body: { facts?: { value: string }[] }[] };
    }[];
  };
  assert.equal(type, 'message');
  assert.equal(attachments[0]?.contentType, 'application/vnd.microsoft.card.adaptive');
  const card = attachments[0]?.content;
  assert.deepEqual([card?.type, card?.version], ['AdaptiveCard', '1.4']);
  const facts = card?.body.flatMap(({ facts: rows = [] }) => rows.map(({ value }) => value)) ?? [];
  assert.match(facts[0] ?? '', /\\\[click\\\]\\\(http/);
  assert.deepEqual(card?.actions, [
    { type: 'Action.OpenUrl', title: 'Incident', url: 'https://slo.example/incidents/i_1' },
  ]);
});
