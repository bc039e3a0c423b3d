import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact } from '../../domain/fact.ts';
import { change, DAY, deleted, HOUR, labelled, MINUTE, T0, verdict } from '../../domain/story.ts';
import { inputOf } from '../input.ts';
import { action, findingOf, near } from '../test-facts.ts';
import { compute } from './compute.ts';

/** Fails at 0, and passes 2 h later; what is given happens in between or after. */
const fixed = (...more: Fact[]): Fact[] => [change(-HOUR), verdict(0, 'fail'), ...more, verdict(2 * HOUR, 'pass')];
const byUs = fixed(action(HOUR, 'remediated'));
const byHand = fixed(change(HOUR));

function over(stories: readonly (readonly Fact[])[], toMs = T0 + 14 * DAY) {
  const episodes = stories.flatMap((facts, index) => findingOf(`f_${index}`, facts));
  return compute(inputOf({ episodes }, toMs - 28 * DAY, toMs));
}

test('one of four fixes was automatic', () => {
  const { value, good, bad, members } = over([byUs, byHand, byHand, byHand]);
  assert.deepEqual([value, good, bad], [0.25, 1, 3]);
  assert.deepEqual(
    members.map(({ reason }) => reason),
    [null, 'manual', 'manual', 'manual'],
  );
});

test('a failed attempt is in the denominator, and the quality tells of it', () => {
  const failed = fixed(action(HOUR, 'failed', { cause: 'permission' }), change(90 * MINUTE));
  const { value, good, bad, companions } = over([byUs, byUs, byUs, failed]);
  // Four fixed, three of them by us, and one failed attempt: 3 / 5. Quality 3 / 4.
  assert.deepEqual([value, good, bad, companions.quality], [0.6, 3, 2, 0.75]);
  // Wilson, n = 4, p = .75: (.75 + .4801824) / 1.9603648 − 1.959964 / 1.9603648 × √(.1875 / 4 + 3.841459 / 64).
  assert.ok(Math.abs((companions.quality_low ?? 0) - 0.3006418) < 1e-6);
});

test('(13) fixed by T3, reverted by IaC on day 2: the numerator loses it', () => {
  const before = over([[...byUs]], T0 + DAY);
  assert.deepEqual([before.value, before.companions.provisional], [1, 1]);
  const reverted = over([[...byUs, change(2 * DAY), verdict(2 * DAY + HOUR, 'fail')]], T0 + 3 * DAY);
  assert.deepEqual([reverted.value, reverted.good, reverted.bad], [0, 0, 1]);
  assert.deepEqual([reverted.members[0]?.reason, reverted.companions.false_fixes], ['not_durable', 1]);
});

test('a revert that is told as well is counted once', () => {
  const facts = [...byUs, action(2 * DAY, 'reverted', { subjectId: 'f_0.1' }), verdict(2 * DAY + HOUR, 'fail')];
  const { good, bad } = over([facts], T0 + 3 * DAY);
  assert.deepEqual([good, bad], [0, 1]);
});

test('approved actions are assisted, controllers reconcile: neither is automatic', () => {
  const assisted = fixed(action(HOUR, 'remediated', { tier: 'T2' }));
  const healed = fixed({
    ...change(HOUR),
    body: {
      ...change(HOUR).body,
      actor: { id: 'system:serviceaccount:argocd:argocd-application-controller', kind: 'automation' },
    },
  });
  const { value, companions } = over([byUs, assisted, healed, byHand]);
  assert.deepEqual([value, companions.assisted, companions.reconciler], [0.25, 0.25, 0.25]);
});

test('a pull request of ours that a pipeline applied is assisted; what a person changed after it is manual', () => {
  const robot = { id: 'arn:aws:sts::1:assumed-role/terraform-deploy/x', kind: 'automation' as const };
  const person = { id: 'ana', kind: 'human' as const };
  const pull = (actor: typeof robot | typeof person): Fact[] =>
    fixed(
      action(30 * MINUTE, 'started', { tier: 'T2', attemptId: 'p1' }),
      action(HOUR, 'remediated', { tier: 'T2', attemptId: 'p1' }),
      { ...change(90 * MINUTE), body: { ...change(90 * MINUTE).body, actor } },
    );
  const { value, companions, members } = over([pull(robot), pull(person), byUs, byUs]);
  // Two of four by us alone, one with people's approval.
  assert.deepEqual([value, companions.assisted], [0.5, 0.25]);
  assert.deepEqual(
    members.map(({ reason }) => reason),
    ['assisted', 'manual', null, null],
  );
});

test('a pipeline that applies what a person committed is no automation', () => {
  const actor = { id: 'arn:aws:sts::1:assumed-role/terraform-deploy/x', kind: 'automation' as const };
  const applied = fixed({ ...change(HOUR), body: { ...change(HOUR).body, actor } });
  assert.equal(over([applied]).value, 0);
});

test('an upstream remediation service is automation', () => {
  const actor = { id: 'arn:aws:sts::1:assumed-role/AWSConfigRemediation-S3/x', kind: 'automation' as const };
  const healed = fixed({ ...change(HOUR), body: { ...change(HOUR).body, actor } });
  assert.equal(over([healed]).value, 1);
});

test('an action before the detection, or with somebody else’s change after it, did not fix it', () => {
  const early = [change(-HOUR), action(-10 * MINUTE, 'remediated'), verdict(0, 'fail'), verdict(2 * HOUR, 'pass')];
  const overruled = fixed(action(HOUR, 'remediated'), change(90 * MINUTE));
  assert.deepEqual([over([early]).value, over([overruled]).value], [0, 0]);
});

test('a deletion is a fix when it was meant as one; false positives are none', () => {
  const meant = [verdict(0, 'fail'), deleted(HOUR), action(HOUR, 'deleted_to_fix')];
  const gone = [verdict(0, 'fail'), deleted(HOUR)];
  const dismissed = [...byUs, labelled(3 * HOUR, 'fp')];
  const { good, bad } = over([meant, gone, dismissed]);
  assert.deepEqual([good, bad], [1, 0]);
});

test('the brief’s ratio: automatic fixes for each finding opened', () => {
  const open = [change(-HOUR), verdict(0, 'fail')];
  // One automatic fix, three opened.
  assert.ok(near(over([byUs, byHand, open]).companions.open_ratio, 1 / 3));
});

test('nothing fixed and nothing tried is null', () => {
  assert.equal(over([[verdict(0, 'fail')]]).value, null);
});
