import { sparklineOf } from './sparkline.ts';

const point = (ratio: number | null, value: number | null = null) => ({
  at: '',
  ratio,
  value,
  good: 0,
  bad: 0,
  final: true,
});

test('a time without data is a gap, and the objective lies in the picture', () => {
  // 100 × 48 with a padding of 4: 1.0 at the top (4), .9 at the bottom (44), .95 in the middle; x over 96.
  const shape = sparklineOf([point(1), point(null), point(0.9), point(0.95)], 0.95, 100, 48);
  expect(shape).toEqual({ lines: ['0,4', '64,44 96,24'], objectiveY: 24, last: { x: 96, y: 24 } });
});

test('little noise is not drawn as a cliff', () => {
  const { lines } = sparklineOf([point(0.99), point(0.98)], null, 100, 48);
  expect(lines).toEqual(['0,4 96,12']); // .01 of at least .05: a fifth of 40
});

test('an SLI without a ratio shows its value, without an objective', () => {
  const shape = sparklineOf([point(null, 10), point(null, 30)], 0.95, 100, 48);
  expect(shape).toEqual({ lines: ['0,44 96,4'], objectiveY: null, last: { x: 96, y: 4 } });
});

test('nothing known draws nothing', () => {
  expect(sparklineOf([point(null)], 0.95, 100, 48)).toEqual({ lines: [], objectiveY: null, last: null });
});
