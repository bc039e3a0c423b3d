import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Delivery, SliQuery } from '@cnapp-slo/model';
import { fakeEstate, fakeSlis } from './fake-readers.ts';
import { startTestServer } from './test-server.ts';
import { callerOf, parseTokens } from './tokens.ts';

const line = (token: string, rest: string) => `${createHash('sha256').update(token).digest('hex')} ${rest}`;
const tokens = [
  '# who may call',
  line('t-reader', 'grafana * read'),
  line('t-writer', 'maria default read,write'),
  line('t-other', 'other-tenant acme read,write automation'),
  line('t-two', 'two acme,default read'),
  line('t-grafana', 'grafana * read,write,forward automation'),
].join('\n');

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const basic = (token: string) => ({ authorization: `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}` });

const cases: [what: string, path: string, headers: Record<string, string>, status: number, code?: string][] = [
  ['no token', '/api/v1/slis', {}, 401, 'unauthorized'],
  ['an unknown token', '/api/v1/slis', bearer('guess'), 401, 'unauthorized'],
  [
    'the hash instead of the token',
    '/api/v1/slis',
    bearer(tokens.split('\n')[1]?.split(' ')[0] ?? ''),
    401,
    'unauthorized',
  ],
  ['no token on a route that is not there', '/api/v1/nothing', {}, 401, 'unauthorized'],
  ['no token on a page', '/', {}, 401],
  ['a reader', '/api/v1/slis', bearer('t-reader'), 200],
  ['a browser’s password on a page', '/', basic('t-reader'), 200],
  ['a token of another tenant, for a finding', '/api/v1/findings/f_story', bearer('t-other'), 404, 'not_found'],
  ['a token of another tenant, for an incident', '/api/v1/incidents/i_1', bearer('t-other'), 404, 'not_found'],
  [
    'a token of another tenant, for an asset',
    '/api/v1/assets/arn:aws:s3:::customer-exports',
    bearer('t-other'),
    404,
    'not_found',
  ],
  ['a tenant that is not the token’s', '/api/v1/findings?tenant=default', bearer('t-other'), 403, 'tenant_forbidden'],
  ['a token of two tenants that names none', '/api/v1/findings', bearer('t-two'), 400, 'tenant_required'],
  ['a token of two tenants, for labels, that names none', '/api/v1/labels', bearer('t-two'), 400, 'tenant_required'],
  [
    'labels of a tenant that is not the token’s',
    '/api/v1/labels?tenant=default',
    bearer('t-other'),
    403,
    'tenant_forbidden',
  ],
  ['labels without a token', '/api/v1/labels', {}, 401, 'unauthorized'],
  ['a token of two tenants that names one', '/api/v1/findings?tenant=default', bearer('t-two'), 200],
  ['health without a token', '/readyz', {}, 200],
  ['the description without a token', '/openapi.json', {}, 200],
];

for (const [what, path, headers, status, code] of cases) {
  test(`${what}: ${status}`, async () => {
    await using server = await startTestServer({ tokens });
    const response = await fetch(server.url + path, { headers });
    assert.equal(response.status, status);
    if (code) assert.equal(((await response.json()) as { code: string }).code, code);
  });
}

test('a list is narrowed to the token’s tenant', async () => {
  const asked: (SliQuery | undefined)[] = [];
  const slis = {
    ...fakeSlis,
    list: (query?: SliQuery) => {
      asked.push(query);
      return [];
    },
  };
  const labelled: unknown[] = [];
  const labels = (query: object) => {
    labelled.push(query);
    return { tenant: [], team: [], environment: [] };
  };
  await using server = await startTestServer({ tokens }, { slis, estate: { ...fakeEstate, labels } });
  await fetch(`${server.url}/api/v1/slis`, { headers: bearer('t-other') });
  assert.deepEqual(asked, [{ filter: { tenant: 'acme' } }]);
  await fetch(`${server.url}/api/v1/labels`, { headers: bearer('t-other') });
  assert.deepEqual(labelled, [{ tenant: 'acme' }]);
  const response = await fetch(`${server.url}/api/v1/sources`, { headers: bearer('t-other') });
  assert.deepEqual(((await response.json()) as { items: unknown[] }).items, []);
});

test('the actor is the token’s name, whatever the body claims', async () => {
  await using server = await startTestServer({ tokens });
  const send = (token: string, subject_id: string) =>
    fetch(`${server.url}/api/v1/acknowledgements`, {
      method: 'POST',
      headers: { ...bearer(token), 'content-type': 'application/json' },
      body: JSON.stringify({ subject_id, actor: 'the-ceo' }),
    });
  assert.equal((await send('t-reader', 'f_cve')).status, 403);
  assert.equal((await send('t-other', 'f_cve')).status, 404);
  const response = await send('t-writer', 'f_cve');
  assert.equal(((await response.json()) as { actor: string }).actor, 'maria');
  assert.deepEqual(
    server.recorded.map(({ input }) => 'actor' in input && input.actor),
    [{ id: 'maria', kind: 'human' }],
  );
});

test('a token that forwards acts for whom its header names; no other token does', async () => {
  await using server = await startTestServer({ tokens });
  const actorOf = async (token: string, user?: string) => {
    const response = await fetch(`${server.url}/api/v1/acknowledgements`, {
      method: 'POST',
      headers: { ...bearer(token), 'content-type': 'application/json', ...(user && { 'x-grafana-user': user }) },
      body: JSON.stringify({ subject_id: 'f_cve', actor: 'the-ceo' }),
    });
    return ((await response.json()) as { actor: string }).actor;
  };
  assert.equal(await actorOf('t-grafana', 'ana@example.com'), 'ana@example.com');
  assert.equal(await actorOf('t-grafana'), 'grafana');
  assert.equal(await actorOf('t-grafana', 'x'.repeat(300)), 'grafana');
  assert.equal(await actorOf('t-writer', 'ana@example.com'), 'maria');
  const kinds = server.recorded.map(({ input }) => 'actor' in input && input.actor.kind);
  assert.deepEqual(kinds, ['human', 'automation', 'automation', 'human']);
});

test('a browser’s stored password never writes', async () => {
  await using server = await startTestServer({ tokens });
  const response = await fetch(`${server.url}/api/v1/acknowledgements`, {
    method: 'POST',
    headers: { ...basic('t-writer'), 'content-type': 'application/json' },
    body: JSON.stringify({ subject_id: 'f_cve' }),
  });
  assert.equal(response.status, 401);
});

test('an import is one delivery of declared backfill, under the token’s tenant', async () => {
  const deliveries: Delivery[] = [];
  const intake = {
    accept: async (delivery: Delivery) => {
      deliveries.push(delivery);
      return { status: 'accepted' as const, records: 3, rejected: 1, message: 'line 2: broken' };
    },
  };
  await using server = await startTestServer({ tokens }, { intake });
  const response = await fetch(`${server.url}/api/v1/import?path=a%2Fb.json&format=prowler-ocsf`, {
    method: 'POST',
    headers: { ...bearer('t-writer'), 'content-type': 'application/octet-stream' },
    body: '[1,2,3]',
  });
  assert.deepEqual(await response.json(), { records: 3, rejected: 1, message: 'line 2: broken', from: null, to: null });
  const [{ bytes, ...delivery }] = deliveries as [Delivery];
  assert.equal(Buffer.from(bytes).toString(), '[1,2,3]');
  assert.deepEqual(
    { ...delivery, receivedMs: 0 },
    {
      transport: 'import',
      encoding: 'native',
      signal: 'logs',
      receivedMs: 0,
      backfill: true,
      headers: { path: 'a/b.json', 'cnapp.format': 'prowler-ocsf', 'cnapp.tenant': 'default' },
    },
  );
});

test('what the intake refuses is a problem with its code; busy says when to come back', async () => {
  const results = [
    { status: 'invalid' as const, code: 'native.empty', message: 'no document' },
    { status: 'retryable' as const, code: 'overloaded', retryAfterMs: 1500 },
  ];
  await using server = await startTestServer({}, { intake: { accept: async () => results.shift() ?? assert.fail() } });
  const send = () =>
    fetch(`${server.url}/api/v1/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: 'x',
    });
  const invalid = await send();
  assert.deepEqual([invalid.status, ((await invalid.json()) as { code: string }).code], [400, 'native.empty']);
  const busy = await send();
  assert.deepEqual([busy.status, busy.headers.get('retry-after')], [503, '2']);
});

test('a token file’s mistakes name the key and the line, and hold nothing of its content', () => {
  for (const [text, message] of [
    ['secret maria * read', 'api.tokens_file: line 1: the first field must be a SHA-256 in lower-case hex'],
    [`\n${line('x', 'maria *')}`, 'api.tokens_file: line 2: want HASH NAME TENANTS PERMISSIONS [KIND]'],
    [line('x', 'maria * admin'), 'api.tokens_file: line 1: permissions are read, write, approve, forward'],
    [line('x', 'maria * read robot'), 'api.tokens_file: line 1: the kind must be human or automation'],
  ] as const) {
    assert.throws(() => parseTokens(text, 'api.tokens_file'), { message });
  }
});

test('a file without a token never opens the API', async () => {
  await assert.rejects(startTestServer({ tokens_file: '/dev/null' }), /api\.tokens_file: the file holds no token/);
  await assert.rejects(startTestServer({ tokens_file: '/nowhere' }), /api\.tokens_file: cannot read/);
});

test('the right one of several tokens is found', () => {
  const entries = parseTokens(tokens, 'test');
  assert.equal(callerOf(entries, 't-other')?.kind, 'automation');
  assert.equal(callerOf(entries, 't-two')?.name, 'two');
  assert.equal(callerOf(entries, ''), null);
});
