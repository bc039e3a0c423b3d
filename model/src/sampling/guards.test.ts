import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DecidedItem, type GuardedChange, guardsOf } from './guards.ts';
import { DEFAULT_SAMPLING } from './policy.ts';
import { seeded } from './seeded.ts';

const before = DEFAULT_SAMPLING;
const after = { ...before, probability: { T0: 1, T1: 0.1, T2: 0.1, T3: 0.02 } };
const limits = { keptShareOff: 0.05, sliError: 0.1, leastEvents: 100, recallOff: 0.05 };
const change: GuardedChange = { before, after, of: 'decided', recallExpected: null };

function item(unit: string, randomness: string, more: Partial<DecidedItem> = {}): DecidedItem {
  return {
    atMs: 0,
    events: 1,
    bytes: 100,
    keptBytes: 0,
    unit,
    randomness: randomness.padEnd(14, '0'),
    template: 't',
    asset: 'shop',
    criticality: 'c1',
    tier: 'T1',
    source: 's',
    eventClass: 'log',
    rule: null,
    phase: null,
    ...more,
  };
}
const guard = (name: string, items: readonly DecidedItem[], of: GuardedChange = change) =>
  guardsOf(items, of, limits).find((one) => one.guard === name) ?? assert.fail();

test('a detection on c1 that only the new tiers leave without a trace breaks the guard', () => {
  // Randomness 9…: kept at ½ (threshold 8…), not at a tenth (e666…).
  const lost = [item('u1', '9', { phase: 'p1' }), item('u2', 'f', { phase: 'p2', keptBytes: 100 })];
  assert.deepEqual(guard('critical_recall', lost), {
    guard: 'critical_recall',
    value: 0.5,
    limit: 1,
    bound: 'least',
    isBroken: true,
  });
  // With an override that expects half of them, it is what was agreed to.
  assert.equal(guard('critical_recall', lost, { ...change, recallExpected: 0.5 }).isBroken, false);
  // Randomness 1…: neither keeps it. Nothing is lost by the change.
  assert.equal(guard('critical_recall', [item('u', '1', { phase: 'p' })]).value, null);
  // On c2 nobody guards it.
  assert.equal(guard('critical_recall', [item('u', '9', { phase: 'p', criticality: 'c2' })]).value, null);
});

test('in shadow the same is said of what would be kept, before anything is dropped', () => {
  const shadow: GuardedChange = { ...change, of: 'shadow' };
  const kept = { keptBytes: 100 };
  assert.equal(guard('critical_recall', [item('u', '9', { phase: 'p', ...kept })], shadow).value, 0);
  assert.equal(guard('critical_recall', [item('u', 'f', { phase: 'p', ...kept })], shadow).value, 1);
});

test('one event of a never-drop class that is gone breaks the guard', () => {
  assert.equal(guard('never_drop_lost', [item('u', '0', { eventClass: 'iam_write', keptBytes: 100 })]).value, 0);
  assert.equal(guard('never_drop_lost', [item('u', '0', { eventClass: 'iam_write' })]).isBroken, true);
});

/** A thousand units of ten events; a tenth is kept, or what `keeps` says. */
const thousand = (keeps: (randomness: string) => boolean): DecidedItem[] => {
  const random = seeded(3);
  return Array.from({ length: 1000 }, (_, unit) => {
    const randomness = Math.floor(random() * 16 ** 10)
      .toString(16)
      .padStart(10, '0');
    return item(`u${unit}`, randomness, { events: 10, bytes: 1000, keptBytes: keeps(randomness) ? 1000 : 0 });
  });
};

test('the kept share may be off by chance, and not by more', () => {
  assert.equal(
    guard(
      'kept_share_off',
      thousand((randomness) => randomness >= 'e666'),
    ).value,
    0,
  );
  const off = guard(
    'kept_share_off',
    thousand((randomness) => randomness >= '8'),
  );
  assert.ok(off.isBroken && Math.abs((off.value ?? 0) - 0.4) < 0.05, String(off.value));
});

test('the error of a count: 1.96·√(.9/.1·1000·10²)/10,000, and unknown of too few events', () => {
  // 1.96 · √900,000 / 10,000 = .186
  const { value, isBroken } = guard(
    'sli_error',
    thousand(() => true),
  );
  assert.ok(isBroken && Math.abs((value ?? 0) - 0.186) < 0.001, String(value));
  assert.equal(guard('sli_error', [item('u', 'f')]).value, null);
});
