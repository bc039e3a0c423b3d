import { valueLine } from './value-line.ts';

test('a duration comes with its quantiles, anything else alone', () => {
  expect(valueLine({ ratio: 0.98, value: 2580, unit: 's', p50: 1860, p90: 7500 })).toBe(
    'mean 43m · median 31m · p90 2h 5m',
  );
  expect(valueLine({ ratio: 0.98, value: 0.02, unit: '1' })).toBe('value 2%');
});

test('what the headline says already is not said again', () => {
  expect(valueLine({ ratio: 0.14, value: 0.14, unit: '1' }).trim()).toBe('');
  expect(valueLine({ ratio: null, value: 3, unit: 'count' }).trim()).toBe('');
});
