import { valueLine } from './value-line.ts';

test('a duration comes with its quantiles, anything else alone', () => {
  expect(valueLine({ id: 'mttr', ratio: 0.98, value: 2580, unit: 's', p50: 1860, p90: 7500 })).toBe(
    'mean 43m · median 31m · p90 2h 5m',
  );
  expect(valueLine({ id: 'drift-rate', ratio: 0.98, value: 0.02, unit: '1' })).toBe('value 2%');
});

test('what the headline says already is not said again', () => {
  expect(valueLine({ id: 'runtime-detection', ratio: 0.14, value: 0.14, unit: '1' }).trim()).toBe('');
  expect(valueLine({ id: 'inventory-delta', ratio: null, value: 3, unit: 'count' }).trim()).toBe('');
});

test('a count says what it counts', () => {
  expect(valueLine({ id: 'alert-noise', ratio: 0.2, value: 4, unit: 'count' })).toBe('4 false per true alert');
  expect(valueLine({ id: 'privilege-anomalies', ratio: null, value: 3, unit: 'count' })).toBe(
    'per 1,000 privileged principals and week',
  );
});
