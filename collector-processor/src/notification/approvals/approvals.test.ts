import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Actor, AssetJson, PersonInput } from '@cnapp-slo/model';
import { NotificationConfig } from '../config.ts';
import { People } from '../people.ts';
import { incidentOf, MemoryLedger, NOW, testSources } from '../test-estate.ts';
import { Approvals, type Executor, type PlanOutcome, type PlanRecord } from './approvals.ts';
import { branchOf, canonicalJson } from './plan.ts';

const HOUR = 3_600_000;
const person = (id: string): Actor => ({ id, kind: 'human' });
const [ana, boss] = [person('ana'), person('boss')];

function setUp(ledger = new MemoryLedger()) {
  const known = [incidentOf(1), incidentOf(2)];
  const clock = { ms: NOW };
  const recorded: PersonInput[] = [];
  const executed: string[] = [];
  const executor: Executor = {
    execute: async (_id, plan) => {
      executed.push(plan.difference);
      return { status: 'done', href: 'https://github.example/acme/infra/issues/1' };
    },
  };
  const executors = { accept_risk: executor, propose_fix: executor };
  const { people } = NotificationConfig.parse({
    people: [
      { name: 'boss', teams: ['payments'], can_approve: true },
      { name: 'web-lead', teams: ['web'], can_approve: true },
      { name: 'intern', teams: ['payments'] },
    ],
  });
  const { estate, nowMs } = testSources(known, clock);
  const iac = { repository: 'https://github.com/acme/infra', path: 's3/buckets.tf' };
  const approvals = new Approvals({
    nowMs,
    estate: { ...estate, asset: () => ({ iac }) as AssetJson },
    ledger,
    people: new People(people),
    repositories: ['acme/infra'],
    executors,
    inputs: {
      record: async (input) => {
        recorded.push(input);
        return { status: 'accepted', factId: '1' };
      },
    },
  });
  const propose = (index = 0): PlanRecord =>
    recordOf(
      approvals.request({ kind: 'propose_fix', subjectId: known[index]?.finding.id ?? '', parameters: {} }, ana),
    );
  return { approvals, propose, known, clock, recorded, executed, executors, ledger };
}

function recordOf(outcome: PlanOutcome): PlanRecord {
  assert.equal(outcome.status, 'ok');
  return (outcome as { record: PlanRecord }).record;
}
const approve = ({ digest, nonce }: PlanRecord) => ({ decision: 'approve' as const, digest, nonce });
const deny = ({ digest, nonce }: PlanRecord) => ({ decision: 'deny' as const, digest, nonce });
const codeOf = (outcome: PlanOutcome) => (outcome.status === 'refused' ? outcome.code : outcome.record.state);

test('a plan is done once a second person said yes, and its attempt is a fact', async () => {
  const { approvals, propose, recorded, executed } = setUp();
  const plan = propose();
  assert.match(plan.plan.difference, /^acme\/infra: adds s3\/cnapp_fix_bucket_1.tf\n/);
  assert.equal(codeOf(await approvals.decide(plan.id, approve(plan), boss)), 'done');
  assert.equal(plan.href, 'https://github.example/acme/infra/issues/1');
  assert.equal(executed.length, 1);
  const [started] = recorded;
  assert.deepEqual(recorded.length, 1);
  assert.deepEqual(started, {
    kind: 'action',
    subjectId: plan.plan.subjectId,
    action: 'started',
    actor: { id: 'cnapp-slo', kind: 'automation' },
    tier: 'T2',
    attemptId: plan.id,
    atMs: NOW,
  });
});

const refusals: [
  what: string,
  code: string,
  how: (of: ReturnType<typeof setUp>, plan: PlanRecord) => Promise<PlanOutcome>,
][] = [
  ['by who asked', 'self_approved', ({ approvals }, plan) => approvals.decide(plan.id, approve(plan), ana)],
  [
    'by another team',
    'wrong_team',
    ({ approvals }, plan) => approvals.decide(plan.id, approve(plan), person('web-lead')),
  ],
  [
    'by who may not',
    'may_not_approve',
    ({ approvals }, plan) => approvals.decide(plan.id, approve(plan), person('intern')),
  ],
  [
    'by a machine',
    'not_a_person',
    ({ approvals }, plan) => approvals.decide(plan.id, approve(plan), { id: 'bot', kind: 'automation' }),
  ],
  [
    'of another plan',
    'changed_plan',
    ({ approvals }, plan) => approvals.decide(plan.id, { ...approve(plan), digest: '0'.repeat(64) }, boss),
  ],
  [
    'with another nonce',
    'wrong_nonce',
    ({ approvals }, plan) => approvals.decide(plan.id, { ...approve(plan), nonce: 'x' }, boss),
  ],
  [
    'after an hour',
    'expired',
    ({ approvals, clock }, plan) => {
      clock.ms += HOUR;
      return approvals.decide(plan.id, approve(plan), boss);
    },
  ],
  [
    'after a no',
    'already_decided',
    async ({ approvals }, plan) => {
      await approvals.decide(plan.id, deny(plan), boss);
      return approvals.decide(plan.id, approve(plan), person('other-boss'));
    },
  ],
  [
    'a second time',
    'already_decided',
    async ({ approvals }, plan) => {
      await approvals.decide(plan.id, approve(plan), boss);
      return approvals.decide(plan.id, approve(plan), boss);
    },
  ],
];
for (const [what, code, how] of refusals) {
  test(`an approval ${what} is refused and recorded`, async () => {
    const of = setUp();
    const plan = of.propose();
    assert.equal(codeOf(await how(of, plan)), code);
    assert.equal(of.executed.length, what === 'a second time' ? 1 : 0);
    const kept = [...of.ledger.rows]
      .filter(([key]) => key.startsWith('refused/'))
      .map(([, row]) => JSON.parse(row).code);
    assert.deepEqual(kept, [code]);
  });
}

test('what has changed since it was planned is void, and a fact says so', async () => {
  const { approvals, propose, known, executed, recorded } = setUp();
  const plan = propose();
  for (const { finding } of known) finding.remediation = 'something else';
  assert.equal(codeOf(await approvals.decide(plan.id, approve(plan), boss)), 'changed_plan');
  assert.deepEqual([plan.state, executed], ['void', []]);
  assert.deepEqual(
    recorded.map((input) => input.kind === 'action' && input.action),
    ['denied'],
  );
});

test('a no that comes before the deed wins over the yes', async () => {
  const { approvals, propose, executed } = setUp();
  const plan = propose();
  const yes = approvals.decide(plan.id, approve(plan), boss); // waits for the ledger before it acts
  assert.equal(codeOf(await approvals.decide(plan.id, deny(plan), ana)), 'denied');
  await yes;
  assert.deepEqual([plan.state, executed], ['denied', []]);
});

test('once the deed is under way, a no is refused', async () => {
  const { approvals, propose, executors } = setUp();
  let finish = () => {};
  const started = new Promise<void>((begun) => {
    executors.propose_fix = {
      execute: async () => {
        begun();
        await new Promise<void>((done) => {
          finish = done;
        });
        return { status: 'done', href: null };
      },
    };
  });
  const plan = propose();
  const yes = approvals.decide(plan.id, approve(plan), boss);
  await started;
  assert.equal(codeOf(await approvals.decide(plan.id, deny(plan), ana)), 'already_decided');
  finish();
  assert.equal(codeOf(await yes), 'done');
});

test('silence is a no, and a fact', async () => {
  const { approvals, propose, clock, recorded } = setUp();
  const plan = propose();
  clock.ms += HOUR - 1;
  await approvals.tick();
  assert.equal(plan.state, 'waiting');
  clock.ms += 1;
  await approvals.tick();
  await approvals.tick();
  assert.deepEqual([plan.state, plan.reason], ['expired', 'nobody answered']);
  assert.deepEqual(
    recorded.map((input) => input.kind === 'action' && [input.action, input.actor.kind]),
    [['denied', 'automation']],
  );
});

test('a failure keeps its cause', async () => {
  const { approvals, propose, executors, recorded } = setUp();
  executors.propose_fix = { execute: async () => ({ status: 'failed', cause: 'permission', code: 'http_403' }) };
  const plan = propose();
  await approvals.decide(plan.id, approve(plan), boss);
  assert.deepEqual([plan.state, plan.reason], ['failed', 'http_403']);
  assert.deepEqual(
    recorded.map((input) => input.kind === 'action' && [input.action, input.cause]),
    [
      ['started', undefined],
      ['failed', 'permission'],
    ],
  );
});

test('an accepted risk names both people, and lasts 90 days at most', async () => {
  const { approvals, known, recorded } = setUp();
  const subjectId = known[0]?.finding.id ?? '';
  const ask = (days: number) =>
    approvals.request(
      {
        kind: 'accept_risk',
        subjectId,
        parameters: { reason: 'migration', expires_at: new Date(NOW + days * 24 * HOUR).toISOString() },
      },
      ana,
    );
  assert.equal(codeOf(ask(91)), 'expiry_out_of_range');
  assert.equal(codeOf(ask(0)), 'expiry_out_of_range');
  const plan = recordOf(ask(90));
  await approvals.decide(plan.id, approve(plan), boss);
  assert.deepEqual(recorded, [
    {
      kind: 'acceptance',
      subjectId: `${subjectId}.1`,
      requester: ana,
      approver: boss,
      reason: 'migration',
      atMs: NOW,
      expiresMs: NOW + 90 * 24 * HOUR,
      policy: 'resume',
    },
  ]);
});

test('plans outlive a restart; one that was cut off goes on, under the same digest and with the same facts', async () => {
  const { approvals: before, propose, ledger, recorded: told, executors: first } = setUp();
  const [waiting, cut] = [propose(), propose(1)];
  first.propose_fix = { execute: () => new Promise(() => {}) }; // the process ends in the middle
  void before.decide(cut.id, approve(cut), boss);
  await new Promise(setImmediate);
  assert.match(ledger.rows.get(`plan/${cut.id}`) ?? '', /"state":"running"/);
  const after = setUp(ledger);
  const digests: string[] = [];
  after.executors.propose_fix = {
    execute: async (digest) => {
      digests.push(digest);
      return { status: 'done', href: 'https://github.example/acme/infra/pull/7' };
    },
  };
  after.clock.ms += HOUR / 2;
  await after.approvals.start();
  await new Promise(setImmediate);
  await after.approvals.stop();
  assert.equal(after.approvals.get(waiting.id)?.state, 'waiting');
  const done = after.approvals.get(cut.id);
  assert.deepEqual([done?.state, done?.href], ['done', 'https://github.example/acme/infra/pull/7']);
  assert.deepEqual([digests, after.recorded], [[cut.digest], told]);
});

test('a merged pull request is our attempt’s claim, once; one that was closed was denied', async () => {
  const { approvals, propose, recorded, clock } = setUp();
  const [merged, closed] = [propose(), propose(1)];
  for (const plan of [merged, closed]) await approvals.decide(plan.id, approve(plan), boss);
  recorded.length = 0;
  const branch = branchOf(merged.digest);
  clock.ms += HOUR;
  assert.equal(await approvals.settle('acme/infra', branch, boss, true, NOW + HOUR), true);
  assert.equal(await approvals.settle('acme/infra', branch, boss, true, NOW + HOUR), true);
  assert.equal(await approvals.settle('acme/other', branch, boss, true, NOW + HOUR), false);
  assert.equal(await approvals.settle('acme/infra', branchOf(closed.digest), boss, false, NOW + HOUR), true);
  assert.deepEqual(recorded, [
    {
      kind: 'action',
      subjectId: merged.plan.subjectId,
      action: 'remediated',
      actor: { id: 'cnapp-slo', kind: 'automation' },
      tier: 'T2',
      attemptId: merged.id,
      atMs: NOW + HOUR,
    },
    {
      kind: 'action',
      subjectId: closed.plan.subjectId,
      action: 'denied',
      actor: boss,
      tier: 'T2',
      attemptId: closed.id,
      atMs: NOW + HOUR,
    },
  ]);
  assert.equal(propose().id, merged.id, 'what is asked again is what was asked before');
  assert.notEqual(propose(1).id, closed.id, 'unless it came to nothing');
});

test('the canonical form does not depend on the order of keys', () => {
  assert.equal(canonicalJson({ b: [1, 'ä'], a: { d: null, c: true } }), '{"a":{"c":true,"d":null},"b":[1,"ä"]}');
  // printf '%s' '{"a":1}' | sha256sum
  const digest = createHash('sha256')
    .update(canonicalJson({ a: 1 }))
    .digest('hex');
  assert.equal(digest, '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862');
});
