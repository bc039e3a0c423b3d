import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { get as secureGet } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ApiConfig } from './config.ts';
import { assets, nowMs } from './fake-estate.ts';
import { fakeEstate, fakeSlis } from './fake-readers.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server[Symbol.asyncDispose]());

const get = (path: string) => fetch(server.url + path);
const post = (path: string, body: unknown) =>
  fetch(`${server.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function problemOf(response: Response): Promise<{ status: number; code: string; detail: string }> {
  assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8');
  const { status, code, detail } = (await response.json()) as { status: number; code: string; detail: string };
  assert.equal(status, response.status);
  return { status, code, detail };
}

/** CONTRACT, "HTTP API": route, and the shape it answers with. */
const routes: [path: string, shape: string][] = [
  ['/api/v1/slis', 'SliReportPage'],
  ['/api/v1/slis/mttr', 'SliReport'],
  ['/api/v1/slis/mttr?window=7d&as_of=2026-03-01T00:00:00Z&team=payments&severity=high', 'SliReport'],
  ['/api/v1/slis/mttd-config/explain', 'ExplainPage'],
  ['/api/v1/findings', 'FindingPage'],
  ['/api/v1/findings/f_story', 'Finding'],
  ['/api/v1/findings/f_story.1', 'Finding'],
  ['/api/v1/assets', 'AssetPage'],
  [`/api/v1/assets/${encodeURIComponent(assets[0]?.id ?? '')}`, 'Asset'],
  ['/api/v1/labels', 'Labels'],
  ['/api/v1/changes', 'ChangePage'],
  ['/api/v1/incidents', 'IncidentPage'],
  ['/api/v1/incidents/i_1', 'Incident'],
  ['/api/v1/sources', 'SourcePage'],
  ['/api/v1/gate?service=&environment=&change_kind=', 'Gate'],
  ['/livez', 'Health'],
  ['/readyz', 'Health'],
];

for (const [path, shape] of routes) {
  test(`GET ${path} answers ${shape} as /openapi.json describes it`, async () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema((await (await get('/openapi.json')).json()) as object, 'openapi');
    const response = await get(path);
    assert.equal(response.status, 200);
    const validate = ajv.compile({ $ref: `openapi#/components/schemas/${shape}` });
    validate(await response.json());
    assert.deepEqual(validate.errors ?? [], []);
  });
}

test('a series is a bare array of points, oldest first', async () => {
  const points = (await (await get('/api/v1/slis/mttr/series?window=28d&step=1d')).json()) as { at: string }[];
  assert.equal(points.length, 28);
  assert.deepEqual(
    points.map((point) => point.at),
    points.map((point) => point.at).toSorted(),
  );
  assert.deepEqual(Object.keys(points[0] ?? {}), ['at', 'value', 'ratio', 'good', 'bad', 'final']);
});

test('every route of the contract is described with what it takes and answers', async () => {
  const { openapi, paths } = (await (await get('/openapi.json')).json()) as {
    openapi: string;
    paths: Record<string, Record<string, { summary?: string; responses: Record<string, unknown> }>>;
  };
  assert.equal(openapi, '3.1.0');
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  assert.deepEqual(described.filter((name) => !name.startsWith('head ')).toSorted(), [
    'get /api/v1/assets',
    'get /api/v1/assets/{id}',
    'get /api/v1/changes',
    'get /api/v1/exercises/{id}',
    'get /api/v1/findings',
    'get /api/v1/findings/{id}',
    'get /api/v1/gate',
    'get /api/v1/gate/overrides',
    'get /api/v1/incidents',
    'get /api/v1/incidents/{id}',
    'get /api/v1/labels',
    'get /api/v1/maintenance',
    'get /api/v1/plans',
    'get /api/v1/scopes',
    'get /api/v1/slis',
    'get /api/v1/slis/{id}',
    'get /api/v1/slis/{id}/explain',
    'get /api/v1/slis/{id}/series',
    'get /api/v1/sources',
    'get /api/v1/stream',
    'get /livez',
    'get /readyz',
    'post /api/v1/acceptances',
    'post /api/v1/acknowledgements',
    'post /api/v1/actions',
    'post /api/v1/assignments',
    'post /api/v1/exercises',
    'post /api/v1/fixes',
    'post /api/v1/gate/overrides',
    'post /api/v1/gate/overrides/{id}/approval',
    'post /api/v1/gate/overrides/{id}/withdrawal',
    'post /api/v1/import',
    'post /api/v1/incidents',
    'post /api/v1/maintenance',
    'post /api/v1/maintenance/{id}/end',
    'post /api/v1/plans/{id}/decision',
    'post /api/v1/verdicts',
    'post /api/v1/webhooks/alertmanager',
  ]);
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    assert.ok(operation.summary);
    assert.ok(Object.keys(operation.responses).length > 0);
  }
});

/** Each bad parameter is named by the problem. */
const badRequests: [path: string, status: number, code: string, named: string][] = [
  ['/slis?window=soon', 400, 'invalid_parameter', 'window'],
  ['/slis?window=0d', 400, 'invalid_parameter', 'window'],
  ['/slis?window=401d', 400, 'invalid_parameter', 'window'],
  ['/slis?window=', 400, 'invalid_parameter', 'window'],
  ['/slis/mttr?as_of=yesterday', 400, 'invalid_parameter', 'as_of'],
  ['/slis/mttr?as_of=2026-13-01T00:00:00Z', 400, 'invalid_parameter', 'as_of'],
  ['/slis/mttr?as_of=2036-01-01T00:00:00Z', 400, 'invalid_parameter', 'as_of'],
  ['/slis?severity=terrible', 400, 'invalid_parameter', 'severity'],
  ['/slis?criticality=c9', 400, 'invalid_parameter', 'criticality'],
  ['/slis?teem=payments', 400, 'invalid_parameter', 'teem'],
  ['/slis?team=a&team=b', 400, 'invalid_parameter', 'team'],
  ['/slis/mttr/explain?cursor=forged', 400, 'invalid_cursor', 'cursor'],
  ['/slis/mttr/explain?role=guilty', 400, 'invalid_parameter', 'role'],
  ['/slis/mttr/series?window=400d&step=1m', 400, 'invalid_parameter', 'step'],
  ['/findings?cursor=forged', 400, 'invalid_cursor', 'cursor'],
  ['/findings?limit=501', 400, 'invalid_parameter', 'limit'],
  ['/findings?limit=many', 400, 'invalid_parameter', 'limit'],
  ['/findings?state=gone', 400, 'invalid_parameter', 'state'],
  ['/assets?cursor=forged', 400, 'invalid_cursor', 'cursor'],
  ['/changes?cursor=forged', 400, 'invalid_cursor', 'cursor'],
  ['/incidents?cursor=forged', 400, 'invalid_cursor', 'cursor'],
  ['/gate?kind=deploy', 400, 'invalid_parameter', 'kind'],
  ['/slis/nothing', 404, 'not_found', 'nothing'],
  ['/slis/nothing/series', 404, 'not_found', 'nothing'],
  ['/slis/nothing/explain', 404, 'not_found', 'nothing'],
  ['/findings/nothing', 404, 'not_found', 'nothing'],
  ['/assets/no/thing', 404, 'not_found', 'no/thing'],
  ['/incidents/nothing', 404, 'not_found', 'nothing'],
  ['/nothing', 404, 'not_found', 'nothing'],
  ['/findings/%E0%A4%A', 400, 'invalid_path', '%E0'],
];

for (const [path, status, code, named] of badRequests) {
  test(`GET ${path} is ${status} ${code} and names ${named}`, async () => {
    const problem = await problemOf(await get(`/api/v1${path}`));
    assert.equal(problem.status, status);
    assert.equal(problem.code, code);
    assert.ok(problem.detail.includes(named), problem.detail);
  });
}

test('a page ends where the next begins', async () => {
  const first = (await (await get('/api/v1/findings?limit=4')).json()) as {
    items: { id: string }[];
    next_cursor: string;
  };
  const second = (await (await get(`/api/v1/findings?limit=4&cursor=${first.next_cursor}`)).json()) as typeof first;
  const ids = [...first.items, ...second.items].map((item) => item.id);
  assert.equal(new Set(ids).size, 6);
  assert.equal(second.next_cursor, null);
});

test('label filters reach the reader, empty ones do not', async () => {
  const { items } = (await (await get('/api/v1/findings?detector_class=drift&team=')).json()) as {
    items: { id: string }[];
  };
  assert.deepEqual(
    items.map((item) => item.id),
    ['f_drift'],
  );
});

test('an acknowledgement is recorded under its subject’s tenant, and answered when it is durable', async () => {
  const response = await post('/acknowledgements', {
    subject_id: 'f_cve.1',
    actor: 'maria',
    at: '2026-03-10T09:00:00Z',
  });
  assert.equal(response.status, 201);
  const answer = await response.json();
  assert.deepEqual(
    { ...(answer as object), fact_id: '' },
    {
      fact_id: '',
      subject_id: 'f_cve.1',
      actor: 'maria',
      at: '2026-03-10T09:00:00.000Z',
    },
  );
  assert.deepEqual(server.recorded.at(-1), {
    tenant: 'default',
    input: {
      kind: 'acknowledgement',
      subjectId: 'f_cve.1',
      actor: { id: 'maria', kind: 'human' },
      channel: 'api',
      atMs: Date.parse('2026-03-10T09:00:00Z'),
    },
  });
});

test('a verdict on an incident is recorded; without a time it is now', async () => {
  const response = await post('/verdicts', { subject_id: 'i_1', verdict: 'btp', reason: 'planned test' });
  assert.equal(response.status, 201);
  const answer = (await response.json()) as { at: string; actor: string };
  assert.equal(answer.at, new Date(nowMs).toISOString());
  assert.equal(answer.actor, 'anonymous');
});

const badInputs: [what: string, path: string, body: unknown, status: number, code: string][] = [
  ['an unknown subject', '/acknowledgements', { subject_id: 'f_none' }, 404, 'unknown_subject'],
  ['no subject', '/acknowledgements', { actor: 'maria' }, 400, 'invalid_parameter'],
  ['a free-text verdict', '/verdicts', { subject_id: 'f_cve', verdict: 'meh' }, 400, 'invalid_parameter'],
  [
    'a time to come',
    '/verdicts',
    { subject_id: 'f_cve', verdict: 'tp', at: '2036-01-01T00:00:00Z' },
    400,
    'invalid_parameter',
  ],
  ['an unknown field', '/verdicts', { subject_id: 'f_cve', verdict: 'tp', severity: 'low' }, 400, 'invalid_parameter'],
  ['a foreign webhook', '/webhooks/alertmanager', { text: 'hello' }, 400, 'invalid_body'],
];

for (const [what, path, body, status, code] of badInputs) {
  test(`${what} is refused with ${status} ${code}`, async () => {
    const problem = await problemOf(await post(path, body));
    assert.deepEqual([problem.status, problem.code], [status, code]);
  });
}

test('broken JSON is 400, a form or text/plain 415, an oversized body 413', async () => {
  const send = (type: string, body: string) =>
    fetch(`${server.url}/api/v1/verdicts`, { method: 'POST', headers: { 'content-type': type }, body });
  assert.equal((await problemOf(await send('application/json', '{"a":'))).code, 'invalid_body');
  assert.equal((await problemOf(await send('text/plain', '{}'))).code, 'unsupported_media_type');
  assert.equal(
    (await problemOf(await send('application/x-www-form-urlencoded', 'a=b'))).code,
    'unsupported_media_type',
  );
  assert.equal((await problemOf(await send('application/json', `"${'x'.repeat(2 ** 20)}"`))).code, 'body_too_large');
});

test('Alertmanager’s webhook: what has a subject of ours is recorded, the rest ignored', async () => {
  const parse = () =>
    ['f_cve.1', 'somebody else’s'].map((subjectId) => ({
      kind: 'alert' as const,
      subjectId,
      channel: 'alertmanager',
      precision: 'inferred' as const,
      atMs: nowMs,
    }));
  await using own = await startTestServer({}, { parseAlertmanagerWebhook: parse });
  const response = await fetch(`${own.url}/api/v1/webhooks/alertmanager`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"version":"4","alerts":[]}',
  });
  assert.deepEqual(await response.json(), { accepted: 1, ignored: 1 });
  assert.deepEqual(
    own.recorded.map(({ input }) => input.subjectId),
    ['f_cve.1'],
  );
});

test('not ready is 503 with the reason, while the process is alive', async () => {
  const estate = { ...fakeEstate, readiness: () => ({ ready: false, reason: 'the disk is full' }) };
  await using own = await startTestServer({}, { estate });
  const problem = await problemOf(await fetch(`${own.url}/readyz`));
  assert.deepEqual(problem, { status: 503, code: 'not_ready', detail: 'the disk is full' });
  assert.equal((await fetch(`${own.url}/livez`)).status, 200);
});

test('an unforeseen error is logged, and tells the caller nothing of its inside', async () => {
  const slis = {
    ...fakeSlis,
    list: () => {
      throw new Error('SQLITE_CORRUPT at /var/lib');
    },
  };
  await using own = await startTestServer({}, { slis });
  const response = await fetch(`${own.url}/api/v1/slis`);
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /SQLITE/);
  assert.deepEqual(own.errors, ['request failed']);
});

test('requests are counted by route, never by path', async () => {
  await using own = await startTestServer();
  await (await fetch(`${own.url}/api/v1/findings/f_story`)).text();
  await (await fetch(`${own.url}/api/v1/made-up-${nowMs}`)).text();
  assert.deepEqual(own.requests, ['GET /api/v1/findings/:id 200', 'GET none 404']);
});

test('answers carry security headers and allow no other site', async () => {
  const { headers } = await get('/api/v1/slis');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
  assert.equal(headers.get('access-control-allow-origin'), null);
});

test('without tokens a name that another machine could own is refused (DNS rebinding)', async () => {
  const status = await new Promise((resolve, reject) => {
    const sent = request(`${server.url}/api/v1/slis`, { headers: { host: 'attacker.example:8080' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject).end();
  });
  assert.equal(status, 421);
});

test('without tokens only loopback is bound, unless told otherwise', async () => {
  await assert.rejects(startTestServer({ endpoint: '0.0.0.0:0' }), /api\.endpoint: 0\.0\.0\.0 needs tokens/);
  await using own = await startTestServer({ endpoint: '0.0.0.0:0', allow_anonymous: true });
  assert.equal((await fetch(`${own.url.replace('0.0.0.0', '127.0.0.1')}/livez`)).status, 200);
});

test('an unknown config key is an error', () => {
  assert.throws(() => ApiConfig.parse({ enpoint: '127.0.0.1:1' }), /enpoint/);
});

test('a port that is taken is an error that names the key', async () => {
  const endpoint = new URL(server.url).host;
  await assert.rejects(startTestServer({ endpoint }), /api\.endpoint: .*EADDRINUSE/);
});

const openssl = spawnSync('openssl', ['version']).status === 0 || process.env.CNAPP_REQUIRE_ALL === '1';
test('with a certificate the API speaks TLS', { skip: !openssl && 'openssl is not installed' }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cnapp-api-'));
  const [cert_file, key_file] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'],
      ...['-subj', '/CN=localhost', '-keyout', key_file, '-out', cert_file],
    ],
    { stdio: 'ignore' },
  );
  await using own = await startTestServer({ tls: { cert_file, key_file } });
  const { status, hsts } = await new Promise<{ status?: number | undefined; hsts: unknown }>((resolve, reject) => {
    const url = own.url.replace('http://127.0.0.1', 'https://localhost');
    const options = { ca: readFileSync(cert_file), family: 4 };
    secureGet(`${url}/livez`, options, (response) => {
      response.resume();
      resolve({ status: response.statusCode, hsts: response.headers['strict-transport-security'] });
    }).on('error', reject);
  });
  assert.deepEqual([status, hsts], [200, 'max-age=31536000']);
  rmSync(folder, { recursive: true });
});
