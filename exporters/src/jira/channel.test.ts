import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStandIn } from '../../../tests/servers/http-stand-in.ts';
import { noticeOf } from '../notice-sample.ts';
import { JiraChannel } from './channel.ts';
import { jiraConfig } from './config.ts';

test('an incident is one issue, found again by its label, and resolved by a transition', async (t) => {
  const labels: string[][] = [];
  const server = await startStandIn(({ method, path, json }) => {
    if (method === 'GET')
      return { body: { issues: path.includes('cnapp-i_1%22') && labels.length > 0 ? [{ key: 'SEC-1' }] : [] } };
    if (path !== '/rest/api/2/issue') return { status: 204 };
    labels.push((json as { fields: { labels: string[] } }).fields.labels);
    return { status: 201, body: { key: `SEC-${labels.length}` } };
  });
  t.after(() => server.stop());
  process.env.JIRA_AUTHORIZATION = 'Basic abc';
  const raw = {
    kind: 'jira',
    endpoint: server.url,
    project: 'SEC',
    authorization: { env: 'JIRA_AUTHORIZATION' },
    resolve_transition: '31',
  };
  const channel = new JiraChannel(jiraConfig.parse(raw), 'x');
  assert.deepEqual(await channel.send(noticeOf({ isRepeat: true })), { status: 'accepted', ref: 'SEC-1' });
  assert.deepEqual(await channel.send(noticeOf({ isRepeat: true })), { status: 'accepted', ref: 'SEC-1' });
  assert.deepEqual(labels, [['cnapp-slo', 'cnapp-i_1']]);
  assert.equal(
    server.calls.every(({ headers }) => headers.authorization === 'Basic abc'),
    true,
  );
  assert.equal((await channel.send(noticeOf({ step: 'resolved', ref: 'SEC-1' }))).status, 'accepted');
  assert.deepEqual(
    server.calls.slice(-2).map(({ path }) => path),
    ['/rest/api/2/issue/SEC-1/comment', '/rest/api/2/issue/SEC-1/transitions'],
  );
  assert.deepEqual(server.calls.at(-1)?.json, { transition: { id: '31' } });
});
