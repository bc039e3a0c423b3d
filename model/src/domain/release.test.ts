import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GateOverride, Maintenance } from './declaration.ts';
import type { Fact } from './fact.ts';
import {
  type MaintenanceRecord,
  maintenanceState,
  mergeMaintenance,
  mergeOverride,
  type OverrideRecord,
  overrideState,
} from './release.ts';

const factOf = (id: string, body: GateOverride | Maintenance): Fact => ({
  id,
  tenant: 'acme',
  atMs: body.atMs,
  recvMs: body.atMs,
  origin: 'live',
  exercise: false,
  source: { id: 'api', format: 'api', scope: body.kind },
  body,
});
const override = (step: GateOverride['step'], who: string, atMs: number, more: Partial<GateOverride> = {}): Fact =>
  factOf(`${who}-${atMs}`, {
    ...{ kind: 'gate_override', overrideId: 'o1', step, actor: { id: who, kind: 'human' }, atMs },
    ...more,
  });
const work = (step: Maintenance['step'], atMs: number, more: Partial<Maintenance> = {}): Fact =>
  factOf(`${step}-${atMs}`, {
    ...{ kind: 'maintenance', maintenanceId: 'm1', step, actor: { id: 'ana', kind: 'human' }, atMs },
    ...more,
  });
const overridden = (facts: readonly Fact[]) =>
  facts.reduce((known: OverrideRecord | undefined, fact) => mergeOverride(known, fact), undefined);
const maintained = (facts: readonly Fact[]) =>
  facts.reduce((known: MaintenanceRecord | undefined, fact) => mergeMaintenance(known, fact), undefined);

const request = override('requested', 'ana', 1, { reason: 'hotfix', service: 'shop' });

test('an override is agreed to by the first other person, in any order of arrival', () => {
  const facts = [
    request,
    override('approved', 'ana', 2),
    override('approved', 'ben', 3),
    override('approved', 'eva', 4),
  ];
  const record = overridden(facts);
  assert.deepEqual(overridden(facts.toReversed()), record);
  const said = record && overrideState(record);
  assert.deepEqual(
    [said?.approvedBy?.id, said?.approvedMs, said?.service, said?.environment],
    ['ben', 3, 'shop', null],
  );
});

test('nobody has agreed to what only its requester approved, and what nobody asked for is none', () => {
  const alone = overridden([request, override('approved', 'ana', 2)]);
  assert.equal(alone && overrideState(alone)?.approvedMs, null);
  const unasked = overridden([override('approved', 'ben', 2)]);
  assert.equal(unasked && overrideState(unasked), null);
});

test('maintenance ends when it was planned to, or when somebody ends it before', () => {
  const plan = work('planned', 1, { owner: 'platform', reason: 'upgrade', fromMs: 10, toMs: 20 });
  const states = [[plan], [plan, work('ended', 15)], [work('ended', 25), plan], [work('ended', 15)]].map((facts) => {
    const record = maintained(facts);
    return (record && maintenanceState(record)?.toMs) ?? null;
  });
  assert.deepEqual(states, [20, 15, 20, null]);
});
