import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NumberList, timeList } from './number-list.ts';
import { grown, resized } from './row-heap.ts';

test('a resized column has the values that it had, wherever they are, and zeros behind them', () => {
  const column = new Uint32Array(3000);
  for (const at of [0, 511, 512, 1535, 2999]) column[at] = at + 1;
  const larger = resized(column, 5000);
  assert.deepEqual([...larger.subarray(0, 3000)], [...column]);
  assert.ok(larger.subarray(3000).every((value) => value === 0));
});

test('a column grows beyond what it is asked for, by a quarter when it is long', () => {
  assert.deepEqual([grown(0), grown(63), grown(64), grown(1000)], [64, 64, 256, 1024]);
  assert.equal(grown(1_000_000), 1_250_000);
});

test('a list gives back what was pushed, and finds the first value that is not below another', () => {
  const list = timeList();
  for (let ms = 0; ms < 1000; ms += 1) list.push(2 * ms + 0.5);
  assert.deepEqual([list.length, list.at(0), list.at(999)], [1000, 0.5, 1998.5]);
  assert.deepEqual([list.firstFrom(0), list.firstFrom(0.5), list.firstFrom(1), list.firstFrom(5000)], [0, 0, 1, 1000]);
  assert.equal(new NumberList(new Uint8Array(0)).firstFrom(1), 0);
});
