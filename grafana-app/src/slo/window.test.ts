import { sliWindowOf, stepOf } from './window.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
const at = (text: string) => Date.parse(text);

test.each([
  ['2026-10-25T12:00:00Z', '2026-11-22T12:00:00Z', { window: '28d' }],
  ['2026-11-22T11:00:00Z', '2026-11-22T12:00:00Z', { window: '1h' }],
  ['2026-11-22T10:30:00Z', '2026-11-22T12:00:00Z', { window: '90m' }],
  ['2026-11-01T00:00:00Z', '2026-11-08T00:00:00Z', { window: '7d', until: '2026-11-08T00:00:00.000Z' }],
])('%s to %s is asked for as %p', (from, to, want) => {
  expect(sliWindowOf(at(from), at(to), now)).toEqual(want);
});

test('a range into the future ends now', () => {
  expect(sliWindowOf(at('2026-11-22T00:00:00Z'), at('2026-11-23T00:00:00Z'), now)).toEqual({ window: '12h' });
});

test('four weeks across a change of the clock are 28 days', () => {
  expect(sliWindowOf(at('2026-10-25T11:00:00Z'), now, now)).toEqual({ window: '28d' });
});

test('a range is never longer than what the processor keeps, nor empty', () => {
  expect(sliWindowOf(at('2020-01-01T00:00:00Z'), now, now)).toEqual({ window: '400d' });
  expect(sliWindowOf(now, now, now)).toEqual({ window: '1m' });
});

test('the step grows with the range', () => {
  expect([1, 24, 7 * 24, 28 * 24].map((hours) => stepOf(now - hours * 3_600_000, now))).toEqual([
    '5m',
    '1h',
    '6h',
    '1d',
  ]);
});
