import assert from 'node:assert/strict';
import { test } from 'node:test';
import { periodStarts } from './calendar.ts';

const iso = (starts: number[]) => starts.map((seconds) => new Date(seconds * 1000).toISOString());

test('months start at local midnight on both sides of daylight saving', () => {
  // New York changes on 8 March and 1 November 2026: UTC−5, then −4, then −5.
  const calendar = { count: 1, unit: 'M', startTime: '2026-01-01 00:00:00', timeZone: 'America/New_York' } as const;
  assert.deepEqual(iso(periodStarts(calendar, Date.UTC(2026, 1, 10), Date.UTC(2026, 4, 1))), [
    '2026-02-01T05:00:00.000Z',
    '2026-03-01T05:00:00.000Z',
    '2026-04-01T04:00:00.000Z',
  ]);
});

test('the period before the first start is found too', () => {
  const calendar = { count: 1, unit: 'w', startTime: '2026-01-05 00:00:00', timeZone: 'UTC' } as const;
  assert.deepEqual(iso(periodStarts(calendar, Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 2))), [
    '2025-12-29T00:00:00.000Z',
  ]);
});

test('a month that has no 31st starts on its last day', () => {
  const calendar = { count: 1, unit: 'M', startTime: '2026-01-31 00:00:00', timeZone: 'UTC' } as const;
  assert.deepEqual(iso(periodStarts(calendar, Date.UTC(2026, 1, 28), Date.UTC(2026, 3, 1))), [
    '2026-02-28T00:00:00.000Z',
    '2026-03-31T00:00:00.000Z',
  ]);
});

test('a start inside the skipped hour moves forward by the gap', () => {
  // 02:30 does not exist on 29 March 2026 in Warsaw: the clock goes from 01:59:59 (UTC+1) to 03:00 (UTC+2).
  const calendar = { count: 1, unit: 'd', startTime: '2026-03-28 02:30:00', timeZone: 'Europe/Warsaw' } as const;
  assert.deepEqual(iso(periodStarts(calendar, Date.UTC(2026, 2, 28, 2), Date.UTC(2026, 2, 30))), [
    '2026-03-28T01:30:00.000Z',
    '2026-03-29T01:30:00.000Z', // local 03:30
  ]);
});

test('quarters and years count months', () => {
  const quarter = { count: 1, unit: 'Q', startTime: '2026-01-01 00:00:00', timeZone: 'UTC' } as const;
  assert.deepEqual(iso(periodStarts(quarter, Date.UTC(2026, 3, 1), Date.UTC(2026, 6, 2))), [
    '2026-04-01T00:00:00.000Z',
    '2026-07-01T00:00:00.000Z',
  ]);
});
