import { formatBurn, formatCount, formatDuration, formatPercent, formatValue } from './format.ts';

test.each([
  [null, '–'],
  [Number.NaN, '–'],
  [0, '0s'],
  [0.44, '0.4s'],
  [59, '59s'],
  [60, '1m'],
  [90, '1m 30s'],
  [2_565, '43m'],
  [51_190, '14h'],
  [3_599.9, '1h'],
  [599.9, '10m'],
  [3_600, '1h'],
  [6_000, '1h 40m'],
  [93_600, '1d 2h'],
  [-90, '-1m 30s'],
  [2_419_200, '28d'],
])('%p seconds read as %s', (seconds, want) => {
  expect(formatDuration(seconds)).toBe(want);
});

test.each([
  [null, '–'],
  [0, '0%'],
  [1, '100%'],
  [0.934, '93.4%'],
  [0.99999, '99.9%'],
  [0.00001, '0.1%'],
])('a ratio of %p reads as %s', (ratio, want) => {
  expect(formatPercent(ratio)).toBe(want);
});

test('an unknown number is a dash, not a zero', () => {
  expect([formatBurn(null), formatCount(undefined), formatValue(null, 's'), formatValue(null, '1')]).toEqual([
    '–',
    '–',
    '–',
    '–',
  ]);
});

test('a burn rate keeps a decimal while it matters', () => {
  expect([0, 1, 2.04, 14.4, 120.2].map(formatBurn)).toEqual(['0×', '1×', '2×', '14×', '120×']);
});

test('a value is written in its unit', () => {
  expect([formatValue(5_400, 's'), formatValue(0.031, '1'), formatValue(12_345, 'count')]).toEqual([
    '1h 30m',
    '3.1%',
    '12.3K',
  ]);
});
