import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ReceivedCall, type StandInAnswer, startStandIn } from '../../../tests/servers/http-stand-in.ts';
import { FixOpener, fixOpenerConfig } from './fix-opener.ts';

const proposal = {
  branch: 'cnapp/abc123',
  repository: 'acme/infra',
  title: 'Fix it',
  body: 'Why',
  file: { path: 'modules/s3/fix.tf', content: 'resource' },
};

/** Enough of GitHub for one repository: branches, files, pull requests and issues that exist are refused with 422. */
async function github(t: { after(end: () => Promise<void>): void }) {
  const made = new Map<string, string>();
  const closed: { state?: string; merged_at?: string | null } = {};
  const once = (key: string, body: object): StandInAnswer => {
    if (made.has(key)) return { status: 422 };
    made.set(key, JSON.stringify(body));
    return { status: 201, body };
  };
  const usual = ({ method, path, json }: ReceivedCall): StandInAnswer => {
    const of = json as Record<string, string>;
    switch (`${method} ${path.replace('/repos/acme/infra', '').split('?')[0]}`) {
      case 'GET ':
        return { body: { default_branch: 'main' } };
      case 'GET /git/ref/heads/main':
        return { body: { object: { sha: 'f00' } } };
      case 'POST /git/refs':
        return once(`${of.ref}@${of.sha}`, {});
      case 'PUT /contents/modules/s3/fix.tf':
        return once(`file@${of.branch}`, { content: Buffer.from(of.content ?? '', 'base64').toString() });
      case 'POST /pulls':
        return once(`pull ${of.head}→${of.base}`, { html_url: 'https://github.example/pull/7' });
      case 'GET /pulls':
        return {
          body: [...made.keys()].some((key) => key.startsWith('pull '))
            ? [{ html_url: 'https://github.example/pull/7', ...closed }]
            : [],
        };
      case 'GET /issues':
        return { body: [...made].filter(([key]) => key === 'issue').map(([, issue]) => JSON.parse(issue)) };
      case 'POST /issues':
        return once('issue', { html_url: 'https://github.example/issues/8', body: of.body });
      default:
        return { status: 404 };
    }
  };
  const server = Object.assign(await startStandIn(usual), { usual });
  t.after(() => server.stop());
  process.env.FIX_TOKEN = 'ghs_1';
  const config = fixOpenerConfig.parse({
    token: { env: 'FIX_TOKEN' },
    repositories: ['acme/infra'],
    endpoint: server.url,
  });
  return { made, closed, server, opener: new FixOpener(config, 'x') };
}

test('a fix with a file is one pull request from a branch of its own, however often it is asked for', async (t) => {
  const { made, opener } = await github(t);
  const opened = { status: 'opened', href: 'https://github.example/pull/7' };
  assert.deepEqual(await opener.open(proposal), opened);
  assert.deepEqual(await opener.open(proposal), opened);
  assert.deepEqual([...made.keys()], ['refs/heads/cnapp/abc123@f00', 'file@cnapp/abc123', 'pull cnapp/abc123→main']);
  assert.equal(made.get('file@cnapp/abc123'), '{"content":"resource"}');
});

test('a crash after each single step of a pull request still ends in one', async (t) => {
  const { made, server, opener } = await github(t);
  const path = /\/git\/refs$|\/contents\/|\/pulls$/;
  for (let step = 1; step <= 3; step += 1) {
    let left = step;
    server.answer((call) => {
      const answer = server.usual(call);
      if (call.method !== 'GET' && path.test(call.path)) left -= 1;
      return left === 0 ? { status: 503 } : answer; // it was done, and nobody learnt of it
    });
    assert.equal((await opener.open(proposal)).status, 'failed');
  }
  server.answer(server.usual);
  assert.deepEqual(await opener.open(proposal), { status: 'opened', href: 'https://github.example/pull/7' });
  assert.equal([...made.keys()].filter((key) => key.startsWith('pull ')).length, 1);
});

test('a pull request that its owners closed is not opened again; one that they merged is what was opened', async (t) => {
  const { closed, opener } = await github(t);
  await opener.open(proposal);
  Object.assign(closed, { state: 'closed', merged_at: null });
  assert.deepEqual(await opener.open(proposal), { status: 'failed', cause: 'conflict', code: 'closed_by_owner' });
  Object.assign(closed, { merged_at: '2026-03-02T10:00:00Z' });
  assert.equal((await opener.open(proposal)).status, 'opened');
});

test('a fix without a file is one issue', async (t) => {
  const { made, opener } = await github(t);
  const opened = { status: 'opened', href: 'https://github.example/issues/8' };
  assert.deepEqual(await opener.open({ ...proposal, file: null }), opened);
  assert.deepEqual(await opener.open({ ...proposal, file: null }), opened);
  assert.deepEqual([...made.keys()], ['issue']);
});

test('nothing is opened in a repository that is not named, and a refusal has its cause', async (t) => {
  const { server, opener } = await github(t);
  assert.deepEqual(await opener.open({ ...proposal, repository: 'acme/other' }), {
    status: 'failed',
    cause: 'permission',
    code: 'repository_not_allowed',
  });
  assert.deepEqual(server.calls, []);
  server.answer(() => ({ status: 403 }));
  assert.deepEqual(await opener.open(proposal), { status: 'failed', cause: 'permission', code: 'http_403' });
});
