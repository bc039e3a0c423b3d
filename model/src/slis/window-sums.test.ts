import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alerted, HOUR, T0, verdict } from '../domain/story.ts';
import { standingsOf } from './standings.ts';
import { findingOf, only } from './test-facts.ts';
import { WindowSums } from './window-sums.ts';

test('what counts at an instant is in the windows that hold it, and in those that end while it stands', () => {
  // (0, 10], (5, 15], (10, 20], (15, 25], (20, 30]
  const windows = { fromMs: 0, toMs: 30, lengthMs: 10, stepMs: 5 };
  const sums = new WindowSums(windows, ['all', 'early', 'late']);
  sums.add('all', 2, { atMs: 15 }); // a window holds its end, and not its beginning
  sums.add('all', 1, { atMs: 16 });
  sums.add('early', 1, { atMs: 15, untilMs: 20 });
  sums.add('late', 1, { atMs: 15, fromMs: 20 });
  for (const atMs of [0, 31]) sums.add('all', 100, { atMs });
  assert.deepEqual(
    [10, 15, 20, 25, 30].map((toMs) => Object.values(sums.of({ fromMs: toMs - 10, toMs }))),
    [
      [0, 0, 0],
      [2, 1, 0],
      [3, 0, 1],
      [1, 0, 0],
      [0, 0, 0],
    ],
  );
});

test('an episode stands anew at each of its clocks; what is of the time of its detection is known with it', () => {
  const episode = only(findingOf('f_1', [verdict(0, 'fail'), alerted(0), verdict(5 * HOUR, 'pass')]));
  const standings = standingsOf(episode, ['t_close', 't_alert', 't_verify', 't_ack']);
  assert.deepEqual(
    standings.map(({ fromMs, untilMs, clocks }) => [fromMs, untilMs, Object.keys(clocks).sort()]),
    [
      [T0, T0 + 5 * HOUR, ['t_alert', 't_detect']],
      [T0 + 5 * HOUR, Number.POSITIVE_INFINITY, ['t_alert', 't_close', 't_detect', 't_verify']],
    ],
  );
});
