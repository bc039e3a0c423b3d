import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SliReport } from '@cnapp-slo/model';
import { reports } from './fake-reports.ts';
import { answerGate, type GateQuestion } from './gate.ts';

const nowMs = Date.parse('2026-03-10T09:30:00Z');
const calm = { '1h': 0, '6h': 0, '1d': 0, '3d': 0 };
const mttr = (remaining: number | null, burn1h = 0, rest: Partial<SliReport> = {}): SliReport => ({
  ...(reports[1] as SliReport),
  status: 'ok',
  reason: null,
  budget: { remaining, burn: { ...calm, '1h': burn1h } },
  ...rest,
});

const asked = (changeKind: string | undefined, more: Partial<GateQuestion> = {}): GateQuestion => ({
  changeKind: changeKind ?? null,
  override: null,
  isPaging: () => null,
  maintenance: () => null,
  nowMs,
  ...more,
});

/** SLI-DEFINITIONS 10, "Policy actions". */
const vectors: [name: string, given: SliReport[], kind: string | undefined, decision: string, reason: RegExp | null][] =
  [
    ['all is well', [mttr(0.8)], undefined, 'allow', null],
    ['exactly half is left', [mttr(0.5)], undefined, 'warn', /50 % of the error budget/],
    ['exhausted', [mttr(0)], undefined, 'block', /used up/],
    ['overspent', [mttr(-1.2)], 'deploy', 'block', /used up/],
    ['exhausted, a security fix', [mttr(0)], 'security_fix', 'warn', /security_fix may pass/],
    ['exhausted, a rollback', [mttr(0)], 'rollback', 'warn', /rollback may pass/],
    ['fast burn, a risky kind', [mttr(0.9, 13.44)], 'iam', 'block', /13\.4 times too fast/],
    ['fast burn, another kind', [mttr(0.9, 20)], 'deploy', 'warn', /20\.0 times too fast/],
    ['nearly fast burn', [mttr(0.9, 13.43)], 'iam', 'allow', null],
    [
      'no data',
      [mttr(null, 0, { status: 'no_data', reason: 'no source' })],
      'iam',
      'warn',
      /mttr: nothing was measured: the budget is unknown \(no source\)/,
    ],
    ['insufficient never blocks', [mttr(-1, 0, { status: 'insufficient' })], undefined, 'warn', /not to be trusted/],
    ['nothing known', [], undefined, 'warn', /no SLI with a budget/],
    ['one of two exhausted', [mttr(0.9), mttr(0, 0, { id: 'mttd-config' })], undefined, 'block', /mttd-config/],
    ['an SLI of the programme', [mttr(0.9), mttr(-3, 0, { id: 'automation-rate' })], undefined, 'allow', null],
  ];

for (const [name, given, kind, decision, reason] of vectors) {
  test(`gate: ${name} → ${decision}`, () => {
    const gate = answerGate(given, asked(kind));
    assert.equal(gate.decision, decision);
    if (reason) assert.match(gate.reasons.join('; '), reason);
    else assert.deepEqual(gate.reasons, []);
  });
}

test('gate: budget and burn are those of the tightest budget, null when none is known', () => {
  const tight = mttr(0.1, 2, { id: 'drift-rate' });
  const gate = answerGate([mttr(0.9), tight], asked(undefined));
  assert.deepEqual([gate.budget_remaining, gate.burn['1h']], [0.1, 2]);
  assert.equal(gate.expires_at, '2026-03-10T09:45:00.000Z');
  assert.equal(answerGate([], asked(undefined)).budget_remaining, null);
});

const override = { reason: 'hotfix', requestedBy: 'ana', approvedBy: 'ben', atMs: nowMs - 3_600_000 };
const work = { owner: 'platform', toMs: nowMs + 3_600_000 };

test('gate: an override lets an exhausted budget pass, and says whose it is', () => {
  const gate = answerGate([mttr(0)], asked('deploy', { override }));
  assert.equal(gate.decision, 'warn');
  assert.match(gate.reasons.join('; '), /used up.*overridden by ana, approved by ben: hotfix/);
});

test('gate: what does not page by the regime of its traffic is no fast burn, and what does is one', () => {
  assert.equal(answerGate([mttr(0.9, 20)], asked('iam', { isPaging: () => false })).decision, 'allow');
  assert.equal(answerGate([mttr(0.9, 0)], asked('iam', { isPaging: () => true })).decision, 'block');
});

test('gate: in a maintenance window a fast burn is expected, and an empty budget still blocks', () => {
  const inWindow = { isPaging: () => true, maintenance: () => work };
  const gate = answerGate([mttr(0.9, 20)], asked('iam', inWindow));
  assert.equal(gate.decision, 'warn');
  assert.match(
    gate.reasons.join('; '),
    /maintenance by platform until 2026-03-10T10:30:00.000Z: a fast burn is expected/,
  );
  assert.equal(answerGate([mttr(0)], asked('iam', inWindow)).decision, 'block');
});
