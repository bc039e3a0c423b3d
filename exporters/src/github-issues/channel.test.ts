import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStandIn } from '../../../tests/servers/http-stand-in.ts';
import { noticeOf } from '../notice-sample.ts';
import { GithubIssuesChannel } from './channel.ts';
import { githubIssuesConfig } from './config.ts';

interface Issue {
  number: number;
  body: string;
}

/** Enough of GitHub to keep issues. */
async function github(t: { after(end: () => Promise<void>): void }) {
  const issues: Issue[] = [];
  const server = await startStandIn(({ method, path, json }) => {
    if (method === 'GET') return { body: issues };
    if (path === '/repos/acme/infra/issues') {
      issues.push({ number: issues.length + 41, body: (json as Issue).body });
      return { status: 201, body: issues.at(-1) };
    }
    return { status: method === 'PATCH' ? 200 : 201 };
  });
  t.after(() => server.stop());
  process.env.GITHUB_TOKEN_FOR_TEST = 'ghs_1';
  const raw = {
    kind: 'github_issues',
    endpoint: server.url,
    repository: 'acme/infra',
    token: { env: 'GITHUB_TOKEN_FOR_TEST' },
  };
  return { issues, server, channel: new GithubIssuesChannel(githubIssuesConfig.parse(raw), 'x') };
}

test('an incident is one issue, also when the answer to the first attempt was lost', async (t) => {
  const { issues, channel } = await github(t);
  assert.deepEqual(await channel.send(noticeOf()), { status: 'accepted', ref: 'acme/infra#41' });
  assert.deepEqual(await channel.send(noticeOf({ isRepeat: true })), { status: 'accepted', ref: 'acme/infra#41' });
  assert.deepEqual(await channel.send(noticeOf({ subjectId: 'i_12', isRepeat: true })), {
    status: 'accepted',
    ref: 'acme/infra#42',
  });
  assert.equal(issues.length, 2);
  assert.match(issues[0]?.body ?? '', /<!-- cnapp:i_1 -->/);
  assert.match(issues[0]?.body ?? '', /@\u200deveryone/, 'nobody is mentioned by what a bucket is called');
});

test('a proof comments on the issue and closes it', async (t) => {
  const { server, channel } = await github(t);
  const result = await channel.send(noticeOf({ step: 'resolved', ref: 'acme/infra#41' }));
  assert.equal(result.status, 'accepted');
  assert.deepEqual(
    server.calls.map(({ method, path }) => `${method} ${path}`),
    ['POST /repos/acme/infra/issues/41/comments', 'PATCH /repos/acme/infra/issues/41'],
  );
  assert.deepEqual(server.calls[1]?.json, { state: 'closed', state_reason: 'completed' });
});
