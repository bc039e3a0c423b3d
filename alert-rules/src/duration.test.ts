import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration, parseDuration } from './duration.ts';

for (const [text, ms, back] of [
  ['5m', 300_000, '5m'],
  ['1h30m', 5_400_000, '1h30m'],
  ['4w', 2_419_200_000, '28d'],
  ['24h', 86_400_000, '1d'],
  ['500ms', 500, '500ms'],
  ['0s', 0, '0s'],
] as const) {
  test(`${text} is ${ms} ms, written ${back}`, () => {
    assert.equal(parseDuration(text), ms);
    assert.equal(formatDuration(ms), back);
  });
}

for (const text of ['', '5', 'm', '1m1h', '1.5h', '-5m', '1M']) {
  test(`${JSON.stringify(text)} is no Prometheus duration`, () => assert.equal(parseDuration(text), null));
}
