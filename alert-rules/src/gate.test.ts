import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideGate, type GateInput, strictest } from './gate.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const healthy: GateInput = {
  budgetRemaining: 0.8,
  burn: { '1h': 0, '6h': 0.5, '1d': 0.7, '3d': 0.8 },
  isPaging: false,
  status: 'ok',
  reason: null,
  coverage: 1,
  changeKind: 'application',
  override: null,
  nowMs: NOW,
};
const override = { reason: 'hotfix for a customer', requestedBy: 'ana', approvedBy: 'ben', atMs: NOW - 3_600_000 };
const exhausted = { budgetRemaining: -0.2, status: 'breached' } as const;

for (const [name, changes, decision, reason] of [
  ['a healthy budget allows', {}, 'allow', null],
  ['half of the budget gone warns', { budgetRemaining: 0.5, status: 'at_risk' }, 'warn', /50 % of the error budget/],
  ['a fast burn blocks risky kinds', { isPaging: true, changeKind: 'iam' }, 'block', /fast enough to page/],
  ['a fast burn warns the others', { isPaging: true }, 'warn', /fast enough to page/],
  [
    'one miss at low traffic is no fast burn',
    { burn: { '1h': 20, '6h': 20, '1d': 4, '3d': 1 }, changeKind: 'iam' },
    'allow',
    null,
  ],
  [
    'without a paging verdict the burn rates decide',
    { isPaging: null, burn: { ...healthy.burn, '1h': 14 }, changeKind: 'iam' },
    'block',
    /14\.0 times too fast over 1h/,
  ],
  ['a used-up budget blocks', exhausted, 'block', /used up/],
  [
    'a security fix passes an empty budget with a warning',
    { ...exhausted, changeKind: 'security_fix' },
    'warn',
    /security_fix may pass/,
  ],
  ['a rollback passes too', { ...exhausted, changeKind: 'rollback' }, 'warn', /rollback may pass/],
  ['an unknown kind does not pass', { ...exhausted, changeKind: null }, 'block', /used up/],
  ['no data warns', { budgetRemaining: null, status: 'no_data' }, 'warn', /nothing was measured/],
  [
    'no data says why',
    { budgetRemaining: null, status: 'no_data', reason: 'no source' },
    'warn',
    /nothing was measured: .* \(no source\)/,
  ],
  [
    'low coverage warns even when the budget reads empty',
    { ...exhausted, coverage: 0.6 },
    'warn',
    /60 % of the scopes/,
  ],
  ['insufficient data warns', { ...exhausted, status: 'insufficient', coverage: null }, 'warn', /too few scopes/],
  [
    'an override with a second person lets it pass with a warning',
    { ...exhausted, override },
    'warn',
    /approved by ben/,
  ],
  [
    'one person cannot approve themselves',
    { ...exhausted, override: { ...override, approvedBy: 'ana' } },
    'block',
    /second person/,
  ],
  ['an override needs a reason', { ...exhausted, override: { ...override, reason: ' ' } }, 'block', /no reason/],
  [
    'an override ends after 24 h',
    { ...exhausted, override: { ...override, atMs: NOW - 24 * 3_600_000 } },
    'block',
    /not in force/,
  ],
] as const) {
  test(`${name}: ${decision}`, () => {
    const gate = decideGate({ ...healthy, ...changes });
    assert.equal(gate.decision, decision);
    if (reason === null) assert.deepEqual(gate.reasons, []);
    else assert.match(gate.reasons.join('; '), reason);
  });
}

test('an answer holds for 15 minutes, and no longer than its override', () => {
  assert.equal(decideGate(healthy).expires_at, '2026-03-10T12:15:00.000Z');
  const nearlyOver = { ...override, atMs: NOW - 24 * 3_600_000 + 60_000 };
  const gate = decideGate({ ...healthy, ...exhausted, override: nearlyOver });
  assert.equal(gate.expires_at, '2026-03-10T12:01:00.000Z');
  assert.equal(gate.overridden, true);
});

test('an override that nobody needs is not counted', () => {
  assert.equal(decideGate({ ...healthy, override }).overridden, false);
});

test('of several budgets the strictest answer holds, with the tightest numbers', () => {
  const gate = strictest([
    { id: 'mttr', ...decideGate({ ...healthy, budgetRemaining: 0.3 }) },
    { id: 'drift-rate', ...decideGate({ ...healthy, ...exhausted }) },
    { id: 'mttd-config', ...decideGate(healthy) },
  ]);
  assert.equal(gate?.decision, 'block');
  assert.equal(gate.budget_remaining, -0.2);
  assert.deepEqual(gate.reasons, ['mttr: 30 % of the error budget is left', 'drift-rate: the error budget is used up']);
  assert.equal(strictest([]), null);
});
