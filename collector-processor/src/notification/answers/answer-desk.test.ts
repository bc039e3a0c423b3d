import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { PersonInput } from '@cnapp-slo/model';
import { NotificationConfig } from '../config.ts';
import { newEntry, Outbox } from '../outbox.ts';
import { People } from '../people.ts';
import { incidentOf, MemoryLedger, NOW, testSources } from '../test-estate.ts';
import { AnswerDesk, type HookAnswer, type HookCall } from './answer-desk.ts';
import { slackFault } from './signatures.ts';

const SECRET = 'a-signing-secret';
process.env.ANSWERS_SECRET = SECRET;
const secret = { env: 'ANSWERS_SECRET' };
const INCIDENT = incidentOf(1).incident.id;

/** Ana answers for payments, Web for web; both use Slack, Ana also the rest. */
const people = [
  { name: 'ana@acme.example', teams: ['payments'], slack: 'U_ANA', pagerduty: 'P_ANA', github: 'ana', jira: 'acc-ana' },
  { name: 'web@acme.example', teams: ['web'], slack: 'U_WEB' },
];

function setUp(known = [incidentOf(1)], ledger = new MemoryLedger()) {
  const clock = { ms: NOW };
  const recorded: PersonInput[] = [];
  const counted: string[] = [];
  const ended: string[] = [];
  const outbox = new Outbox(ledger);
  const opened = (channel: string, ref: string | null, token: string | null) => ({
    ...newEntry({
      key: `${INCIDENT}|opened|${channel}#1`,
      subjectId: INCIDENT,
      of: { tenant: 'default', team: 'payments' },
      step: 'opened',
      urgency: 'page',
      chain: [channel],
      nowMs: NOW,
    }),
    answerToken: token,
    delivered: { channel, atMs: NOW, ref },
    state: 'delivered' as const,
  });
  outbox.add([
    opened('chat', 'C1/1.1', 'token-1'),
    opened('issues', 'acme/infra#41', null),
    opened('tickets', 'SEC-1', null),
  ]);
  const config = NotificationConfig.parse({
    people,
    answers: Object.fromEntries(['slack', 'pagerduty', 'opsgenie', 'github', 'jira'].map((name) => [name, { secret }])),
  });
  const desk = new AnswerDesk(config, {
    ...testSources(known, clock),
    outbox,
    ledger,
    people: new People(config.people),
    inputs: {
      record: async (input) => {
        recorded.push(input);
        return { status: 'accepted', factId: String(recorded.length) };
      },
    },
    endOfPullRequest: async ({ branch, isMerged }, { id }) => {
      ended.push(`${branch} ${isMerged} ${id}`);
      return branch.startsWith('cnapp/');
    },
    kindOf: (channel) => ({ chat: 'slack', issues: 'github_issues', tickets: 'jira' })[channel],
    telemetry: {
      exported: (exporter) => counted.push(`${exporter} taken`),
      dropped: (exporter, reason) => counted.push(`${exporter} ${reason}`),
      retried: () => {},
      queued: () => {},
    },
    log: { info: () => {}, warn: () => {} },
  });
  return { desk, clock, recorded, counted, ended, ledger };
}

interface Click {
  user?: string;
  action?: string;
  value?: string;
  atMs?: number;
  signedMs?: number;
  signedWith?: string;
}

function click({
  user = 'U_ANA',
  action = 'cnapp_acknowledge',
  value = 'token-1',
  atMs = NOW,
  signedMs = NOW,
  signedWith = SECRET,
}: Click = {}): HookCall {
  const payload = {
    type: 'block_actions',
    user: { id: user, username: 'root@acme.example' },
    actions: [{ action_id: action, value, action_ts: (atMs / 1000).toFixed(6), block_id: 'cnapp_answer' }],
  };
  const raw = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(signedMs / 1000));
  const signature = `v0=${createHmac('sha256', signedWith).update(`v0:${timestamp}:${raw}`).digest('hex')}`;
  return { headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp }, raw };
}

test("Slack's published example verifies", () => {
  // docs.slack.dev/authentication/verifying-requests-from-slack
  const raw =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
  const headers = {
    'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    'x-slack-request-timestamp': '1531420618',
  };
  const example = '8f742231b10e8888abcd99yyyzzz85a5';
  assert.equal(slackFault(example, headers, raw, 1531420618_000), null);
  assert.equal(slackFault(example, headers, `${raw}&`, 1531420618_000), 'bad_signature');
  assert.equal(slackFault(example, headers, raw, 1531420618_000 + 301_000), 'expired');
});

const ana = { id: 'ana@acme.example', kind: 'human' };

const clicks: [what: string, click: Click, want: object][] = [
  ['acknowledge', {}, { kind: 'acknowledgement', subjectId: INCIDENT, actor: ana, channel: 'slack', atMs: NOW }],
  [
    'verdict',
    { action: 'cnapp_verdict_fp' },
    { kind: 'verdict', subjectId: INCIDENT, verdict: 'fp', actor: ana, atMs: NOW },
  ],
  [
    'assign',
    { action: 'cnapp_assign' },
    { kind: 'assignment', subjectId: INCIDENT, assignee: 'ana@acme.example', actor: ana, atMs: NOW },
  ],
];
for (const [what, how, want] of clicks) {
  test(`a click on ${what} is a fact by the person behind it`, async () => {
    const { desk, recorded } = setUp();
    assert.deepEqual(await desk.take('slack', click(how)), { status: 200, code: 'recorded' });
    assert.deepEqual(recorded, [want]);
  });
}

const tampered = (): HookCall => {
  const call = click();
  return { ...call, raw: call.raw.replace('token-1', 'token-2') };
};
const refusals: [what: string, call: HookCall, want: HookAnswer, isKnown: boolean][] = [
  ['unsigned', { ...click(), headers: {} }, { status: 401, code: 'unsigned' }, false],
  ['tampered', tampered(), { status: 401, code: 'bad_signature' }, false],
  ['signed by somebody else', click({ signedWith: 'other' }), { status: 401, code: 'bad_signature' }, false],
  ['too old', click({ signedMs: NOW - 301_000 }), { status: 401, code: 'expired' }, false],
  ['from the future', click({ signedMs: NOW + 302_000 }), { status: 401, code: 'expired' }, false],
  ['by a stranger in the workspace', click({ user: 'U_X' }), { status: 403, code: 'unknown_person' }, true],
  ['by another team', click({ user: 'U_WEB' }), { status: 403, code: 'wrong_team' }, true],
  ['with an id for a token', click({ value: INCIDENT }), { status: 404, code: 'unknown_subject' }, true],
  ['with a token that is none', click({ value: 'token-2' }), { status: 404, code: 'unknown_subject' }, true],
];
for (const [what, call, want, isKnown] of refusals) {
  test(`a click ${what} is refused and recorded`, async () => {
    const { desk, recorded, counted, ledger } = setUp();
    assert.deepEqual(await desk.take('slack', call), want);
    assert.deepEqual(recorded, []);
    assert.deepEqual(counted, [`answers/slack ${want.code}`]);
    const kept = [...ledger.rows.keys()].filter((key) => key.startsWith('refused/'));
    assert.deepEqual(kept.length, 1);
    assert.equal(kept[0] === `refused/unknown/slack/${want.code}`, !isKnown, 'of strangers only the latest is kept');
  });
}

test('a click on an alert group is an answer to each of its incidents', async () => {
  const ledger = new MemoryLedger();
  const known = [incidentOf(1), incidentOf(2), incidentOf(3)];
  const group = newEntry({
    key: 'g_1|opened|chat#1',
    subjectId: 'g_1',
    of: { tenant: 'default', team: 'payments' },
    step: 'opened',
    urgency: 'page',
    chain: ['chat'],
    nowMs: NOW,
  });
  const members = known.map(({ incident }) => incident.id);
  new Outbox(ledger).add([{ ...group, members, answerToken: 'token-g' }]);
  const { desk, recorded } = setUp(known, ledger);
  assert.equal((await desk.take('slack', click({ value: 'token-g' }))).code, 'recorded');
  assert.deepEqual(
    recorded.map(({ kind, subjectId }) => [kind, subjectId]),
    members.map((id) => ['acknowledgement', id]),
  );
});

test('a click counts once; replayed it is refused', async () => {
  const { desk, recorded, counted, ledger } = setUp();
  assert.equal((await desk.take('slack', click())).status, 200);
  assert.deepEqual(await desk.take('slack', click()), { status: 409, code: 'replayed' });
  assert.equal(recorded.length, 1);
  assert.deepEqual(counted, ['answers/slack taken', 'answers/slack replayed']);
  assert.ok([...ledger.rows.keys()].some((key) => key.endsWith('/slack/replayed/U_ANA')));
});

test('a button of ours that is called otherwise does nothing', async () => {
  const { desk, recorded } = setUp();
  for (const action of ['cnapp_approve', 'constructor', '__proto__']) {
    assert.deepEqual(await desk.take('slack', click({ action })), { status: 200, code: 'ignored' });
  }
  assert.deepEqual(recorded, []);
});

function signed(service: string, body: object): HookCall {
  const raw = JSON.stringify(body);
  const digest = createHmac('sha256', SECRET).update(raw).digest('hex');
  const headers = {
    pagerduty: { 'x-pagerduty-signature': `v1=0000,v1=${digest}` },
    opsgenie: { authorization: `Bearer ${SECRET}` },
    github: { 'x-hub-signature-256': `sha256=${digest}` },
    jira: { 'x-hub-signature': `sha256=${digest}` },
  }[service];
  return { headers: headers ?? {}, raw };
}

function pagerduty(
  type: string,
  data: object,
  agent: object | null = { id: 'P_ANA', type: 'user_reference' },
): HookCall {
  return signed('pagerduty', {
    event: { event_type: `incident.${type}`, occurred_at: '2026-03-02T09:58:00Z', agent, data },
  });
}
const AT = Date.parse('2026-03-02T09:58:00Z');

test("a pager's acknowledgement is the person's, its resolution a claim; what the integration does is nobody's", async () => {
  const { desk, recorded } = setUp();
  const own = { id: 'Q1', incident_key: INCIDENT };
  await desk.take('pagerduty', pagerduty('triggered', own, null));
  await desk.take('pagerduty', pagerduty('acknowledged', own));
  await desk.take('pagerduty', pagerduty('resolved', own));
  await desk.take('pagerduty', pagerduty('resolved', own, { id: 'I1', type: 'inbound_integration_reference' }));
  assert.deepEqual(recorded, [
    { kind: 'acknowledgement', subjectId: INCIDENT, actor: ana, channel: 'pagerduty', atMs: AT },
    { kind: 'action', subjectId: INCIDENT, action: 'remediated', actor: ana, atMs: AT },
  ]);
});

test('what PagerDuty takes back is taken back: an acknowledgement that timed out, an incident that was reopened', async () => {
  const { desk, recorded } = setUp();
  const own = { id: 'Q1', incident_key: INCIDENT };
  const common = { subjectId: INCIDENT, atMs: AT };
  await desk.take('pagerduty', pagerduty('unacknowledged', own, null));
  await desk.take('pagerduty', pagerduty('reopened', own));
  await desk.take('pagerduty', pagerduty('reopened', own, { id: 'I1', type: 'inbound_integration_reference' }));
  const withdrawn = { kind: 'acknowledgement', ...common, channel: 'pagerduty', withdrawn: true };
  assert.deepEqual(recorded, [
    { ...withdrawn, actor: { id: 'pagerduty', kind: 'automation' } },
    { kind: 'action', ...common, action: 'reopened', actor: ana },
    { ...withdrawn, actor: ana },
  ]);
});

test("an event without our key is joined by PagerDuty's own id, also after a restart", async () => {
  const { desk, ledger } = setUp();
  await desk.take('pagerduty', pagerduty('triggered', { id: 'Q1', incident_key: INCIDENT }, null));
  const again = setUp([incidentOf(1)], ledger);
  assert.equal((await again.desk.take('pagerduty', pagerduty('acknowledged', { id: 'Q1' }))).code, 'recorded');
  assert.deepEqual(await again.desk.take('pagerduty', pagerduty('acknowledged', { id: 'Q2' })), {
    status: 404,
    code: 'unknown_subject',
  });
  assert.equal(again.recorded[0]?.subjectId, INCIDENT);
});

test('Opsgenie: nanoseconds become milliseconds, and a user that nobody named keeps its id', async () => {
  const { desk, recorded } = setUp();
  const alert = { alias: INCIDENT, username: 'bo@acme.example', alertId: 'x', createdAt: NOW };
  const raw = JSON.stringify({ action: 'Acknowledge', alert }).replace(
    '"createdAt"',
    `"updatedAt":${AT}002246,"createdAt"`,
  );
  assert.equal((await desk.take('opsgenie', { ...signed('opsgenie', {}), raw })).code, 'recorded');
  const actor = { id: 'opsgenie:bo@acme.example', kind: 'human' };
  assert.deepEqual(recorded, [{ kind: 'acknowledgement', subjectId: INCIDENT, actor, channel: 'opsgenie', atMs: AT }]);
  assert.equal((await desk.take('opsgenie', { headers: { authorization: 'Bearer x' }, raw })).code, 'bad_signature');
});

test('a closed ticket is a claim; closed as not planned, by a bot or after the proof it is none', async () => {
  const { desk, recorded } = setUp();
  const closed = (state_reason: string, type = 'User') =>
    signed('github', {
      action: 'closed',
      issue: { number: 41, state_reason, updated_at: '2026-03-02T09:58:00Z', closed_at: '2026-03-02T09:58:00Z' },
      repository: { full_name: 'acme/infra' },
      sender: { login: 'ana', type },
    });
  assert.equal((await desk.take('github', closed('not_planned'))).code, 'ignored');
  assert.equal((await desk.take('github', closed('completed', 'Bot'))).code, 'ignored');
  assert.equal((await desk.take('github', closed('completed'))).code, 'recorded');
  assert.deepEqual(recorded, [{ kind: 'action', subjectId: INCIDENT, action: 'remediated', actor: ana, atMs: AT }]);
  const proven = incidentOf(1);
  proven.incident.state = 'resolved';
  const after = setUp([proven]);
  await after.desk.take('github', closed('completed'));
  assert.deepEqual(after.recorded, []);
});

test('the end of a pull request goes to the plan that it came from', async () => {
  const { desk, recorded, ended } = setUp();
  const over = (ref: string, merged: boolean, action = 'closed') =>
    signed('github', {
      action,
      pull_request: { merged, closed_at: '2026-03-02T09:58:00Z', head: { ref } },
      repository: { full_name: 'acme/infra' },
      sender: { login: 'ana', type: 'User' },
    });
  assert.equal((await desk.take('github', over('cnapp/abc', true))).code, 'recorded');
  assert.equal((await desk.take('github', over('cnapp/def', false))).code, 'recorded');
  assert.equal((await desk.take('github', over('feature', true))).code, 'ignored');
  assert.equal((await desk.take('github', over('cnapp/abc', false, 'opened'))).code, 'ignored');
  assert.deepEqual(ended, [
    'cnapp/abc true ana@acme.example',
    'cnapp/def false ana@acme.example',
    'feature true ana@acme.example',
  ]);
  assert.deepEqual(recorded, []);
});

test('a Jira issue taken up acknowledges and assigns, one resolved claims, one no longer resolved does not', async () => {
  const { desk, recorded } = setUp();
  const updated = (items: object[]) =>
    signed('jira', {
      webhookEvent: 'jira:issue_updated',
      timestamp: AT,
      user: { accountId: 'acc-ana' },
      issue: { key: 'SEC-1', fields: { status: { statusCategory: { key: 'new' } } } },
      changelog: { items },
    });
  await desk.take('jira', updated([{ field: 'assignee', to: 'acc-ana' }]));
  await desk.take('jira', updated([{ field: 'resolution', to: '10000' }]));
  await desk.take('jira', updated([{ field: 'resolution', to: null }]));
  assert.deepEqual(
    recorded.map((input) => [input.kind, input.kind === 'assignment' && input.assignee]),
    [
      ['acknowledgement', false],
      ['assignment', 'ana@acme.example'],
      ['action', false],
      ['action', false],
    ],
  );
});
