import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALWAYS, probabilityOf, seeded } from '@cnapp-slo/model';
import { ByteBudget } from './byte-budget.ts';
import { Promotions } from './promotions.ts';

const MINUTE = 60_000;
/** 100 bytes a minute. */
const budget = () => new ByteBudget({ T2: 100 * 24 * 60 });
const unit = (digit: string) => digit.repeat(14);

test('a minute’s threshold is what would have kept the minute before within the budget', () => {
  const one = budget();
  assert.equal(one.thresholdAt('T2', 0), ALWAYS);
  for (const [digit, bytes] of [
    ['f', 60],
    ['a', 30],
    ['5', 30],
    ['1', 500],
  ] as const)
    one.add('T2', unit(digit), bytes);
  assert.equal(one.thresholdAt('T2', 30_000), ALWAYS, 'it holds for the whole minute');
  // 60 + 30 fit, the next does not: its randomness + 1.
  assert.equal(one.thresholdAt('T2', MINUTE), '55555555555556');
  assert.equal(one.thresholdAt('T3', MINUTE), ALWAYS, 'no budget, no cut');
});

test('after a silent minute nothing is cut', () => {
  const one = budget();
  one.thresholdAt('T2', 0);
  one.add('T2', unit('1'), 500);
  assert.equal(one.thresholdAt('T2', 2 * MINUTE), ALWAYS);
});

test('over an hour of even traffic a third of the bytes is kept, and what is counted back is unbiased', () => {
  const one = budget();
  const random = seeded(4);
  const digits = () => Array.from({ length: 14 }, () => Math.floor(random() * 16).toString(16)).join('');
  let kept = 0;
  let countedBack = 0;
  for (let minute = 0; minute < 60; minute += 1) {
    for (let i = 0; i < 30; i += 1) {
      const threshold = one.thresholdAt('T2', minute * MINUTE);
      const randomness = digits();
      one.add('T2', randomness, 10);
      if (randomness < threshold || minute === 0) continue;
      kept += 10;
      countedBack += 10 / probabilityOf(threshold);
    }
  }
  assert.ok(Math.abs(kept / 5900 - 1) < 0.1, `${kept} of 59 minutes of 100`);
  assert.ok(Math.abs(countedBack / 17_700 - 1) < 0.1, `${countedBack} of 59 minutes of 300`);
});

test('promotions survive a restart, the longer one holds, neighbours are promoted beside', () => {
  let stored: string | null = null;
  const save = (state: string): void => {
    stored = state;
  };
  const promotions = new Promotions(null, save);
  const record = { tenant: 't', assetId: 'a', reason: 'odd', actor: { id: 'ana', kind: 'human' as const }, atMs: 0 };
  promotions.promote({ ...record, untilMs: 100 }, ['b', 'a', 'b']);
  promotions.promote({ ...record, untilMs: 50 }, []);
  const again = new Promotions(stored, save);
  assert.equal(again.of('t', 'a')?.untilMs, 100);
  assert.equal(again.of('t', 'b')?.beside, 'a');
  assert.equal(again.of('other', 'a'), null);
  assert.equal(again.all().length, 3);
});
