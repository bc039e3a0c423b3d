import { axisUnit, inAxisUnit } from './axis-unit.ts';

const hour = 3_600;

test.each([
  [90, 's'],
  [2 * 60, 'suffix:min'],
  [28 * hour, 'suffix:h'],
  [48 * hour, 'suffix:d'],
])('an axis up to %d s is in %s', (longest, unit) => {
  expect(axisUnit(longest).unit).toBe(unit);
});

test('what is unknown stays so', () => {
  expect(inAxisUnit([hour / 2, null, 28 * hour], axisUnit(28 * hour))).toEqual({
    unit: 'suffix:h',
    values: [0.5, null, 28],
  });
});
