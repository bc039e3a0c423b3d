import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Actor } from '@cnapp-slo/model';
import { fakeEstate } from './fake-readers.ts';
import type { PlanPort, PlanView } from './ports.ts';
import { startTestServer } from './test-server.ts';

const subject = fakeEstate.findings({}).items[0] ?? { id: '', tenant: '' };

const view: PlanView = {
  id: 'p1',
  plan: {
    kind: 'propose_fix',
    subjectId: subject.id,
    tenant: subject.tenant,
    team: 'payments',
    difference: 'd',
    blastRadius: 'b',
    parameters: {},
  },
  digest: 'd1',
  nonce: 'n1',
  requester: { id: 'ana', kind: 'human' },
  requestedMs: 0,
  expiresMs: 3_600_000,
  state: 'waiting',
  reason: null,
  decidedBy: null,
  href: null,
};

/** Keeps who asked for what; refuses an approval by who asked. */
function planPort(): PlanPort & { asked: [string, Record<string, string>, Actor][] } {
  const asked: [string, Record<string, string>, Actor][] = [];
  return {
    asked,
    offers: () => true,
    get: (id) => (id === view.id ? view : null),
    list: () => [view],
    request: ({ kind, parameters }, requester) => {
      asked.push([kind, parameters, requester]);
      return { status: 'ok', record: view };
    },
    decide: async (_id, _answer, approver) =>
      approver.id === 'ana'
        ? { status: 'refused', http: 403, code: 'self_approved' }
        : { status: 'ok', record: { ...view, state: 'done', decidedBy: approver } },
  };
}

const hash = (token: string): string => createHash('sha256').update(token).digest('hex');
const tokens = [
  `${hash('ana')} ana * read,write,approve`,
  `${hash('boss')} boss * read,approve`,
  `${hash('dev')} dev * read,write`,
  `${hash('other')} other elsewhere read,write,approve`,
].join('\n');

const call = (url: string, token: string, path: string, body?: object): Promise<Response> =>
  fetch(`${url}/api/v1${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code?: string }).code];

test('who asks is the token’s name, and who approves another one that may', async () => {
  const plans = planPort();
  await using server = await startTestServer({ tokens }, { plans });
  const asked = await call(server.url, 'ana', '/acceptances', {
    subject_id: subject.id,
    reason: 'migration',
    expires_at: '2026-12-01T00:00:00Z',
  });
  assert.equal(asked.status, 202);
  assert.deepEqual(plans.asked, [
    [
      'accept_risk',
      { reason: 'migration', expires_at: '2026-12-01T00:00:00Z', policy: 'resume' },
      { id: 'ana', kind: 'human' },
    ],
  ]);
  const answer = { decision: 'approve', digest: 'd1', nonce: 'n1' };
  assert.deepEqual(await codeOf(await call(server.url, 'ana', '/plans/p1/decision', answer)), [403, 'self_approved']);
  assert.deepEqual(await codeOf(await call(server.url, 'dev', '/plans/p1/decision', answer)), [403, 'forbidden']);
  assert.deepEqual(await codeOf(await call(server.url, 'other', '/plans/p1/decision', answer)), [404, 'not_found']);
  const done = (await (await call(server.url, 'boss', '/plans/p1/decision', answer)).json()) as Record<string, unknown>;
  assert.deepEqual([done.state, done.decided_by, done.requester], ['done', 'boss', 'ana']);
});

test('another tenant sees no plan, and can ask for none', async () => {
  await using server = await startTestServer({ tokens }, { plans: planPort() });
  const seen = (await (await call(server.url, 'other', '/plans')).json()) as { items: unknown[] };
  assert.deepEqual(seen.items, []);
  assert.deepEqual(await codeOf(await call(server.url, 'other', '/fixes', { subject_id: subject.id })), [
    404,
    'unknown_subject',
  ]);
});

test('without tokens nobody is known, and nothing can be asked', async () => {
  await using server = await startTestServer({}, { plans: planPort() });
  assert.deepEqual(await codeOf(await call(server.url, 'x', '/fixes', { subject_id: subject.id })), [
    403,
    'identity_needed',
  ]);
});

test('a step of a remediation is a fact with the kind of its actor', async () => {
  const robot = `${hash('robot')} healer * write automation`;
  await using server = await startTestServer({ tokens: robot });
  const body = { subject_id: subject.id, action: 'failed', tier: 'T3', attempt_id: 'a1', cause: 'permission' };
  assert.equal((await call(server.url, 'robot', '/actions', body)).status, 201);
  const { at: _at, ...input } = { at: 0, ...server.recorded[0]?.input };
  assert.deepEqual(
    { ...input, atMs: 0 },
    {
      kind: 'action',
      subjectId: subject.id,
      action: 'failed',
      actor: { id: 'healer', kind: 'automation' },
      tier: 'T3',
      attemptId: 'a1',
      cause: 'permission',
      atMs: 0,
    },
  );
});
