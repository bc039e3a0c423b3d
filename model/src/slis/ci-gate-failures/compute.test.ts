import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChangeRecord, mergeChange } from '../../domain/change-record.ts';
import type { ChangeObservation, GateObservation } from '../../domain/observation.ts';
import { change, DAY, HOUR, labelled, MINUTE, T0, verdict } from '../../domain/story.ts';
import { inputOf } from '../input.ts';
import type { ChangeView } from '../sli.ts';
import { factOf, findingOf } from '../test-facts.ts';
import { compute } from './compute.ts';

type Said = GateObservation | ChangeObservation;

function gate(at: number, name: string, is: GateObservation['verdict'], more: Partial<GateObservation> = {}): Said {
  const body = { kind: 'gate', repository: 'shop', revision: '', gate: name, verdict: is, enforced: true } as const;
  return { ...body, atMs: T0 + at, ...more };
}

function step(at: number, changeKind: ChangeObservation['changeKind'], ref = 'main'): Said {
  return {
    kind: 'change',
    nativeId: `${changeKind}-${at}`,
    changeKind,
    action: changeKind,
    atMs: T0 + at,
    assets: [],
    actor: { id: 'dev', kind: 'human' },
    outcome: 'success',
    vcs: { repository: 'shop', revision: '', ref },
  };
}

function revision(name: string, said: readonly Said[], criticality: ChangeView['criticality'] = null): ChangeView {
  let record: ChangeRecord | undefined;
  for (const body of said) {
    const named =
      body.kind === 'gate'
        ? { ...body, revision: name }
        : { ...body, vcs: { repository: 'shop', ref: 'main', ...body.vcs, revision: name } };
    record = mergeChange(record, factOf(named));
  }
  assert.ok(record);
  return { record, asset: undefined, criticality };
}

const over = (changes: readonly ChangeView[]) => compute(inputOf({ changes }, T0 - DAY, T0 + 28 * DAY));

test('three changes pass and one fails: 1 / 4', () => {
  const passing = ['a', 'b', 'c'].map((name) => revision(name, [gate(0, 'iac', 'pass')]));
  const { value, good, bad } = over([...passing, revision('d', [gate(0, 'iac', 'pass'), gate(0, 'image', 'fail')])]);
  assert.deepEqual([value, good, bad], [0.25, 3, 1]);
});

test('retries collapse to the last verdict of each gate', () => {
  const retried = revision('a', [gate(0, 'iac', 'fail'), gate(5 * MINUTE, 'iac', 'pass')]);
  const broken = revision('b', [gate(0, 'iac', 'pass'), gate(5 * MINUTE, 'iac', 'fail')]);
  // a: pass at last; b: fail at last. 1 / 2.
  assert.deepEqual([over([retried, broken]).value, over([retried]).value], [0.5, 0]);
});

test('errors and skips are in neither term, and show as the gate error rate', () => {
  const result = over([
    revision('a', [gate(0, 'iac', 'error'), gate(0, 'image', 'skipped')]),
    revision('b', [gate(0, 'iac', 'pass'), gate(0, 'image', 'error')]),
  ]);
  // b alone is decided, and passed. Of four enforced gates three gave no verdict.
  assert.deepEqual([result.value, result.good, result.bad], [0, 1, 0]);
  assert.equal(result.companions.gate_error_rate, 3 / 4);
  assert.deepEqual(
    result.members.map(({ role, reason }) => [role, reason]),
    [
      ['excluded', 'gate_error'],
      ['good', null],
    ],
  );
});

test('advisory gates never fail a change: they show as the would-block rate', () => {
  const advice = { enforced: false };
  const result = over([
    revision('a', [gate(0, 'iac', 'pass'), gate(0, 'licence', 'fail', advice)]),
    revision('b', [gate(0, 'iac', 'pass'), gate(0, 'licence', 'pass', advice)]),
    revision('c', [gate(0, 'licence', 'pass', advice)]),
  ]);
  // Enforced: a, b passed → 0 / 2. Advisory: 1 of 3 would have been blocked. c has no enforced gate.
  assert.deepEqual([result.value, result.companions.would_block_rate], [0, 1 / 3]);
  assert.equal(result.members.find(({ role }) => role === 'excluded')?.reason, 'not_enforced');
});

test('an overridden failure counts, flagged', () => {
  const result = over([
    revision('a', [gate(0, 'iac', 'fail', { overridden: true })]),
    revision('b', [gate(0, 'iac', 'fail')]),
    revision('c', [gate(0, 'iac', 'pass')]),
  ]);
  assert.deepEqual([result.value, result.companions.override_rate], [2 / 3, 1 / 2]);
});

test('gate coverage: of what went to protected branches', () => {
  const result = over([
    revision('a', [step(0, 'commit'), gate(MINUTE, 'iac', 'pass')]),
    revision('b', [step(0, 'commit', 'refs/heads/release/1.2')]),
    revision('c', [step(0, 'commit', 'feature/x')]),
  ]);
  // a and b are protected, a alone has a verdict: 1 / 2. c is not shown: no gate was asked for.
  assert.equal(result.companions.gate_coverage, 1 / 2);
  assert.deepEqual(
    result.members.map(({ episodeId, reason }) => [episodeId, reason]),
    [
      ['shop@a', null],
      ['shop@b', 'no_gate'],
    ],
  );
});

test('a late verdict belongs to the time of its change', () => {
  const late = revision('a', [step(0, 'commit'), gate(3 * DAY, 'deep-scan', 'fail')]);
  const at = (fromMs: number, toMs: number) => compute(inputOf({ changes: [late] }, fromMs, toMs));
  assert.equal(at(T0 - HOUR, T0 + DAY).value, null); // not decided yet
  assert.equal(at(T0 - HOUR, T0 + 4 * DAY).value, 1);
  assert.equal(at(T0 + 2 * DAY, T0 + 4 * DAY).value, null); // the change was before this window
});

test('checked before deploy: critical changes whose gates had passed by then', () => {
  const result = over([
    revision('a', [gate(0, 'iac', 'pass'), step(HOUR, 'deploy')], 'c0'),
    revision('b', [step(HOUR, 'deploy'), gate(2 * HOUR, 'iac', 'pass')], 'c1'),
    revision('c', [gate(0, 'iac', 'fail'), step(HOUR, 'deploy')], 'c0'),
    revision('d', [gate(0, 'iac', 'pass'), step(HOUR, 'deploy')], 'c3'),
  ]);
  // a passed; b was checked too late, c had failed; d is not critical. 1 / 3.
  assert.equal(result.companions.checked_before_deploy, 1 / 3);
});

test('escape rate: production findings whose rule a gate already enforced', () => {
  const rules = { rules: ['s3_bucket_public_access'] };
  const changes = [revision('a', [gate(0, 'iac', 'pass', rules)])];
  const finding = (id: string, rule: string) => findingOf(id, [change(HOUR), verdict(2 * HOUR, 'fail', { rule })]);
  const episodes = [
    ...finding('f_1', 's3_bucket_public_access'),
    ...finding('f_2', 'ebs_unencrypted'),
    ...findingOf('f_3', [change(HOUR), verdict(2 * HOUR, 'fail'), labelled(3 * HOUR, 'fp')]),
  ];
  // Of two findings that count, one has a rule that the gate knew. Without rules nothing can be said.
  assert.equal(compute(inputOf({ changes, episodes }, T0 - DAY, T0 + DAY)).companions.escape_rate, 1 / 2);
  assert.equal(compute(inputOf({ episodes }, T0 - DAY, T0 + DAY)).companions.escape_rate, null);
});

test('no change is null, never zero', () => {
  const { value, companions } = over([]);
  assert.deepEqual([value, companions.gate_coverage, companions.override_rate], [null, null, null]);
});
