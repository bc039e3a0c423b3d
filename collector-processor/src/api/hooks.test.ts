import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestServer } from './test-server.ts';

test('a hook gets the body byte for byte, needs no token, and its refusal is a problem document', async () => {
  const calls: [service: string, raw: string, signature: string | undefined][] = [];
  const tokens = `${'0'.repeat(64)} ana * read,write`;
  await using server = await startTestServer(
    { tokens },
    {
      hooks: async (service, { headers, raw }) => {
        calls.push([service, raw, headers['x-slack-signature']]);
        return raw.startsWith('payload') ? { status: 200, code: 'recorded' } : { status: 401, code: 'bad_signature' };
      },
    },
  );
  const post = (body: string) =>
    fetch(`${server.url}/hooks/slack`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-slack-signature': 'v0=1' },
      body,
    });
  const taken = await post('payload=%7B%22a%22%3A1%7D&x=+');
  assert.deepEqual([taken.status, await taken.json()], [200, { code: 'recorded' }]);
  assert.deepEqual(calls, [['slack', 'payload=%7B%22a%22%3A1%7D&x=+', 'v0=1']]);
  const refused = await post('other');
  assert.equal(refused.status, 401);
  assert.match(refused.headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.equal(((await refused.json()) as { code: string }).code, 'bad_signature');
});

test('without anybody who takes them there are no hooks', async () => {
  await using server = await startTestServer();
  assert.equal((await fetch(`${server.url}/hooks/slack`, { method: 'POST', body: '{}' })).status, 404);
});
