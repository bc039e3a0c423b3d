import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { PlanPort, PlanView } from '../ports.ts';
import { startTestServer, type TestServer } from '../test-server.ts';

const hash = (token: string): string => createHash('sha256').update(token).digest('hex');
const config = {
  tokens: [
    `${hash('t-ana')} ana * read,write`,
    `${hash('t-boss')} boss * read,approve`,
    `${hash('t-eve')} eve elsewhere read,write`,
    `${hash('t-lena')} lena * read`,
  ].join('\n'),
};
const basic = (who: string): string => `Basic ${Buffer.from(`x:t-${who}`).toString('base64')}`;

async function pageAs({ url }: TestServer, who: string, path: string): Promise<string> {
  const response = await fetch(url + path, { headers: { authorization: basic(who) } });
  assert.equal(response.status, 200);
  return response.text();
}

function post(
  { url }: TestServer,
  who: string,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  const body = new URLSearchParams(fields);
  return fetch(url + path, {
    method: 'POST',
    redirect: 'manual',
    body,
    headers: { authorization: basic(who), ...headers },
  });
}

const tokenIn = (html: string): string => /name="token" value="([^"]+)"/.exec(html)?.[1] ?? '';
const PATH = '/incidents/i_2';

test('an answer on a page is a fact by who is signed in, whatever the form says', async () => {
  await using server = await startTestServer(config);
  const token = tokenIn(await pageAs(server, 'ana', PATH));
  const answers: [Record<string, string>, object[]][] = [
    [{ answer: 'acknowledge', actor: 'boss' }, [{ kind: 'acknowledgement', channel: 'pages' }]],
    [
      { answer: 'take' },
      [
        { kind: 'acknowledgement', channel: 'pages' },
        { kind: 'assignment', assignee: 'ana' },
      ],
    ],
    [{ answer: 'assign', assignee: 'bo' }, [{ kind: 'assignment', assignee: 'bo' }]],
    [{ answer: 'btp', reason: 'a drill' }, [{ kind: 'verdict', verdict: 'btp', reason: 'a drill' }]],
  ];
  for (const [fields, want] of answers) {
    server.recorded.length = 0;
    const response = await post(server, 'ana', `${PATH}/answers`, { token, ...fields });
    assert.deepEqual([response.status, response.headers.get('location')], [303, `${PATH}?said=${fields.answer}`]);
    assert.deepEqual(
      server.recorded.map(({ input: { atMs: _, subjectId, ...rest } }) => ({ ...rest, subjectId })),
      want.map((one) => ({ ...one, actor: { id: 'ana', kind: 'human' }, subjectId: 'i_2' })),
    );
  }
  assert.match(await pageAs(server, 'ana', `${PATH}?said=take`), /role="status">Recorded: it is yours/);
  assert.doesNotMatch(await pageAs(server, 'ana', `${PATH}?said=%3Cscript%3E`), /role="status"/);
});

const refusals: [
  what: string,
  who: string,
  fields: Record<string, string>,
  headers: Record<string, string>,
  status: number,
][] = [
  ['without the proof', 'ana', { answer: 'fp' }, {}, 403],
  ['with another page’s proof', 'ana', { answer: 'fp', token: 'OTHER' }, {}, 403],
  ['with somebody else’s proof', 'eve', { answer: 'fp', token: 'ANA' }, {}, 403],
  ['from another origin', 'ana', { answer: 'fp', token: 'ANA' }, { origin: 'https://evil.example' }, 403],
  ['from another site', 'ana', { answer: 'fp', token: 'ANA' }, { 'sec-fetch-site': 'cross-site' }, 403],
  ['by who may only read', 'lena', { answer: 'fp', token: 'ANA' }, {}, 403],
  ['that is none', 'ana', { answer: 'approve', token: 'ANA' }, {}, 400],
  ['to nobody', 'ana', { answer: 'assign', assignee: ' ', token: 'ANA' }, {}, 400],
];
for (const [what, who, fields, headers, status] of refusals) {
  test(`an answer ${what} is refused`, async () => {
    await using server = await startTestServer(config);
    const proofs: Record<string, string> = {
      ANA: tokenIn(await pageAs(server, 'ana', PATH)),
      OTHER: tokenIn(await pageAs(server, 'ana', '/incidents/i_1')),
    };
    const token = proofs[fields.token ?? ''];
    const response = await post(server, who, `${PATH}/answers`, { ...fields, ...(token && { token }) }, headers);
    assert.equal(response.status, status);
    assert.deepEqual(server.recorded, []);
  });
}

test('JSON, another tenant and the API take no form', async () => {
  await using server = await startTestServer(config);
  const token = tokenIn(await pageAs(server, 'ana', PATH));
  const headers = { authorization: basic('ana'), 'content-type': 'application/json' };
  const body = JSON.stringify({ token, answer: 'fp', subject_id: 'i_2', verdict: 'fp' });
  const json = await fetch(`${server.url}${PATH}/answers`, { method: 'POST', headers, body });
  assert.equal(json.status, 415);
  const api = await fetch(`${server.url}/api/v1/verdicts`, { method: 'POST', headers, body });
  assert.equal(api.status, 401, 'Basic writes nothing but forms');
  assert.equal((await post(server, 'eve', `${PATH}/answers`, { answer: 'fp', token: 'x' })).status, 403);
  assert.deepEqual(server.recorded, []);
});

test('who may only read sees why there are no buttons', async () => {
  await using server = await startTestServer(config);
  const html = await pageAs(server, 'lena', PATH);
  assert.match(html, /lacks the permission write/);
  assert.doesNotMatch(html, /<form/);
});

test('an alert group is answered as one, each of its incidents for itself', async () => {
  const notices = { briefing: () => null, group: (id: string) => (id === 'g_1' ? ['i_1', 'i_2'] : null) };
  await using server = await startTestServer(config, { notices });
  const html = await pageAs(server, 'ana', '/groups/g_1');
  assert.match(html, /<h1>2 × /);
  const response = await post(server, 'ana', '/groups/g_1/answers', { token: tokenIn(html), answer: 'acknowledge' });
  assert.equal(response.status, 303);
  assert.deepEqual(
    server.recorded.map(({ input }) => input.subjectId),
    ['i_1', 'i_2'],
  );
  assert.equal((await fetch(`${server.url}/groups/g_2`, { headers: { authorization: basic('ana') } })).status, 404);
});

test('accepting a risk asks a second person, who approves exactly what the page showed', async () => {
  const asked: unknown[] = [];
  const decided: unknown[] = [];
  let view: PlanView | null = null;
  const plans: PlanPort = {
    offers: (kind) => kind === 'accept_risk',
    get: () => view,
    list: () => (view ? [view] : []),
    request: ({ kind, subjectId, parameters }, requester) => {
      asked.push({ kind, subjectId, parameters, requester: requester.id });
      view = {
        id: 'p1',
        plan: {
          kind,
          subjectId,
          tenant: 'default',
          team: 'checkout',
          difference: 'No clock runs',
          blastRadius: '1',
          parameters,
        },
        digest: 'd1',
        nonce: 'n1',
        requester,
        requestedMs: 0,
        expiresMs: 3_600_000,
        state: 'waiting',
        reason: null,
        decidedBy: null,
        href: null,
      };
      return { status: 'ok', record: view };
    },
    decide: async (id, answer, approver) => {
      decided.push({ id, ...answer, approver: approver.id });
      return { status: 'ok', record: { ...(view as unknown as PlanView), state: 'done' } };
    },
  };
  await using server = await startTestServer(config, { plans });
  const token = tokenIn(await pageAs(server, 'ana', PATH));
  const html = await pageAs(server, 'ana', PATH);
  assert.deepEqual([/accept_risk/.test(html), /propose_fix/.test(html)], [true, false], 'only what is offered');
  const form = { token, answer: 'accept_risk', reason: 'migration', until: '2026-04-01' };
  const response = await post(server, 'ana', `${PATH}/answers`, form);
  assert.equal(response.headers.get('location'), '/plans/p1');
  const parameters = { reason: 'migration', expires_at: '2026-04-01T23:59:59.000Z', policy: 'resume' };
  assert.deepEqual(asked, [{ kind: 'accept_risk', subjectId: 'f_cve.1', parameters, requester: 'ana' }]);
  assert.doesNotMatch(await pageAs(server, 'ana', '/plans/p1'), /value="approve"/);
  const page = await pageAs(server, 'boss', '/plans/p1');
  const field = (name: string): string => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
  const fields = { token: field('token'), digest: field('digest'), nonce: field('nonce'), decision: 'approve' };
  assert.equal((await post(server, 'boss', '/plans/p1/decision', { ...fields, token: 'x' })).status, 403);
  assert.equal((await post(server, 'ana', '/plans/p1/decision', fields)).status, 403, 'write is not approve');
  assert.deepEqual(decided, []);
  assert.equal((await post(server, 'boss', '/plans/p1/decision', fields)).status, 303);
  assert.deepEqual(decided, [{ id: 'p1', decision: 'approve', digest: 'd1', nonce: 'n1', approver: 'boss' }]);
  for (const until of ['', 'soon', '2026-02-31']) {
    assert.equal((await post(server, 'ana', `${PATH}/answers`, { ...form, until })).status, 400, until);
  }
});
