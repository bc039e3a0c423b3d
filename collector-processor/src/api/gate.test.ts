import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SliReport } from '@cnapp-slo/model';
import { reports } from './fake-estate.ts';
import { decideGate } from './gate.ts';

const nowMs = Date.parse('2026-03-10T09:30:00Z');
const calm = { '1h': 0, '6h': 0, '1d': 0, '3d': 0 };
const mttr = (remaining: number | null, burn1h = 0, rest: Partial<SliReport> = {}): SliReport => ({
  ...(reports[1] as SliReport),
  status: 'ok',
  reason: null,
  budget: { remaining, burn: { ...calm, '1h': burn1h } },
  ...rest,
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
      /not enough data \(no source\)/,
    ],
    ['insufficient never blocks', [mttr(-1, 0, { status: 'insufficient' })], undefined, 'warn', /not enough data/],
    ['nothing known', [], undefined, 'warn', /no SLI with a budget/],
    ['one of two exhausted', [mttr(0.9), mttr(0, 0, { id: 'mttd-config' })], undefined, 'block', /mttd-config/],
    ['an SLI of the programme', [mttr(0.9), mttr(-3, 0, { id: 'automation-rate' })], undefined, 'allow', null],
  ];

for (const [name, given, kind, decision, reason] of vectors) {
  test(`gate: ${name} → ${decision}`, () => {
    const gate = decideGate(given, kind, nowMs);
    assert.equal(gate.decision, decision);
    if (reason) assert.match(gate.reasons.join('; '), reason);
    else assert.deepEqual(gate.reasons, []);
  });
}

test('gate: budget and burn are those of the tightest budget, null when none is known', () => {
  const tight = mttr(0.1, 2, { id: 'drift-rate' });
  const gate = decideGate([mttr(0.9), tight], undefined, nowMs);
  assert.deepEqual([gate.budget_remaining, gate.burn['1h']], [0.1, 2]);
  assert.equal(gate.expires_at, '2026-03-10T09:45:00.000Z');
  assert.equal(decideGate([], undefined, nowMs).budget_remaining, null);
});
