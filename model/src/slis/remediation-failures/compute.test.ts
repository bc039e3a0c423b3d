import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ActionInput, Fact, PersonInput } from '../../domain/fact.ts';
import { DAY, HOUR, MINUTE, T0, verdict } from '../../domain/story.ts';
import { inputOf } from '../input.ts';
import { action, findingOf } from '../test-facts.ts';
import { compute } from './compute.ts';

/** An attempt that starts at `at` ms and ends `seconds` later; null: it still runs. */
function attempt(
  id: string,
  at: number,
  is: ActionInput['action'],
  seconds: number | null,
  cause?: ActionInput['cause'],
): Fact<PersonInput>[] {
  const started = action(at, 'started', { attemptId: id });
  if (seconds === null) return [started];
  return [started, action(at + seconds * 1000, is, { attemptId: id, ...(cause && { cause }) })];
}

function over(actions: readonly Fact<PersonInput>[], toMs = T0 + DAY) {
  const episodes = findingOf('f_1', [verdict(0, 'fail'), ...actions]);
  return compute(inputOf({ episodes }, T0, toMs));
}

test('one of four attempts failed, for want of permission', () => {
  const { value, good, bad, companions } = over([
    ...attempt('a', HOUR, 'remediated', 60),
    ...attempt('b', HOUR, 'contained', 60),
    ...attempt('c', HOUR, 'deleted_to_fix', 60),
    ...attempt('d', HOUR, 'failed', 60, 'permission'),
  ]);
  assert.deepEqual([value, good, bad], [0.25, 3, 1]);
  assert.deepEqual([companions.permission, companions.timeout, companions.other], [1, 0, 0]);
});

test('stuck: running for more than twice the 95th percentile of those that ended', () => {
  const ended = [100, 100, 100, 100].flatMap((seconds, index) => attempt(`e${index}`, MINUTE, 'remediated', seconds));
  const runs = attempt('x', HOUR, 'started', null);
  const at = (seconds: number) => over([...ended, ...runs], T0 + HOUR + seconds * 1000);
  // p95 = 100 s. After 200 s it is late but runs; after 201 s it is stuck: 1 / 5.
  assert.deepEqual([at(200).value, at(200).members.at(-1)?.role], [0, 'pending']);
  assert.deepEqual([at(201).value, at(201).companions.stuck], [0.2, 1]);
});

test('a denied action was not attempted', () => {
  const { value, members } = over([...attempt('a', HOUR, 'denied', 60), ...attempt('b', HOUR, 'remediated', 60)]);
  assert.equal(value, 0);
  assert.deepEqual(
    members.map(({ role, reason }) => [role, reason]),
    [
      ['excluded', 'denied'],
      ['good', null],
    ],
  );
});

test('a revert because its verification failed is a failure; a revert alone is none', () => {
  const { bad, companions } = over([
    ...attempt('a', HOUR, 'reverted', 60, 'verify_failed'),
    ...attempt('b', HOUR, 'reverted', 60),
  ]);
  assert.deepEqual([bad, companions.verify_failed], [1, 1]);
});

test('an attempt counts when it ends: before, it runs', () => {
  const actions = attempt('a', HOUR, 'failed', 3600);
  const before = over(actions, T0 + 90 * MINUTE);
  assert.deepEqual([before.value, before.members[0]?.reason], [null, 'running']);
  assert.equal(over(actions, T0 + 2 * HOUR).value, 1);
  assert.equal(over(actions, T0 + 2 * HOUR).companions.p95_seconds, 3600);
});

test('a step without an attempt is an attempt of its own, of unknown length', () => {
  const { value, companions } = over([action(HOUR, 'failed'), action(HOUR, 'remediated')]);
  assert.deepEqual([value, companions.other, companions.p95_seconds], [0.5, 1, null]);
});

test('nothing attempted is null', () => {
  const { value, companions } = over([]);
  assert.deepEqual([value, companions.stuck], [null, null]);
});
