import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact } from '../domain/fact.ts';
import type { SamplingRollout } from '../domain/sampling-rollout.ts';
import { DEFAULT_SAMPLING } from './policy.ts';
import { mergeRollout, planOf, type RolloutRecord, rolloutState } from './rollout.ts';

const file = { ...DEFAULT_SAMPLING, revision: 'r1' };
const policy = { ...file, revision: 'r1+a', probability: { ...file.probability, T2: 0.05 } };
const prediction = { keptShareBefore: 0.5, keptShare: 0.3, costPerMonthBefore: 5, costPerMonth: 3, criticalRecall: 1 };
const actor = { id: 'ana', kind: 'human' } as const;

const said = (atMs: number, step: SamplingRollout['step'], more: Partial<SamplingRollout> = {}): SamplingRollout => ({
  kind: 'sampling_rollout',
  rolloutId: 'a',
  step,
  reason: step,
  actor,
  atMs,
  ...more,
});
const proposed = (atMs: number, more: Partial<SamplingRollout> = {}) =>
  said(atMs, 'proposed', { policy, fileRevision: 'r1', diff: '-a\n+b', prediction, ...more });
const recordOf = (steps: readonly SamplingRollout[]): RolloutRecord =>
  steps.reduce<RolloutRecord | undefined>(
    (known, body) => mergeRollout(known, { id: `f${body.atMs}`, tenant: 'default', body, atMs: body.atMs } as Fact),
    undefined,
  ) ?? assert.fail();

test('whatever order its facts come in, a change is where its steps in time lead', () => {
  const steps = [proposed(1), said(2, 'shadow'), said(3, 'canary', { share: 0.1 }), said(4, 'enforced')];
  for (const order of [steps, steps.toReversed()]) {
    const state = rolloutState(recordOf(order)) ?? assert.fail();
    assert.deepEqual([state.step, state.sinceMs, state.share, state.steps.length], ['enforced', 4, null, 4]);
  }
  assert.equal(rolloutState(recordOf(steps.slice(0, 3)))?.share, 0.1);
});

test('no step is skipped: what cannot follow does not count', () => {
  const state = rolloutState(recordOf([proposed(1), said(2, 'enforced'), said(3, 'shadow'), said(4, 'proposed')]));
  assert.deepEqual([state?.step, state?.sinceMs], ['shadow', 3]);
  assert.equal(rolloutState(recordOf([said(1, 'shadow')])), null);
  const over = rolloutState(recordOf([proposed(1), said(2, 'reverted'), said(3, 'shadow')]));
  assert.equal(over?.step, 'reverted');
});

test('an override that a later step brings holds from there', () => {
  const steps = [proposed(1), said(2, 'shadow'), said(3, 'canary', { overrideReason: 'the SIEM has them' })];
  assert.equal(rolloutState(recordOf(steps.slice(0, 2)))?.overrideReason, null);
  assert.equal(rolloutState(recordOf(steps))?.overrideReason, 'the SIEM has them');
});

test('what is enforced stands, what is on its way does not, and another file ends both', () => {
  const enforced = recordOf([proposed(1), said(2, 'shadow'), said(3, 'canary'), said(4, 'enforced')]);
  const next = recordOf([proposed(5, { rolloutId: 'b', policy: { ...policy, revision: 'r1+b' } })]);
  const plan = planOf(file, [enforced, next]);
  assert.deepEqual([plan.standing.revision, plan.open?.id], ['r1+a', 'b']);
  assert.deepEqual(planOf(file, [recordOf([proposed(1), said(2, 'shadow')])]).standing, file);
  const other = planOf({ ...file, revision: 'r2' }, [enforced, next]);
  assert.deepEqual([other.standing.revision, other.enforced, other.open], ['r2', null, null]);
});

test('taken back, what stood before stands again: an earlier change, or the file', () => {
  const steps = [proposed(1), said(2, 'shadow'), said(3, 'canary'), said(4, 'enforced'), said(9, 'reverted')];
  assert.equal(planOf(file, [recordOf(steps)]).standing, file);
});
