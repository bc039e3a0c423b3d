import { BURN_TIERS, budgetAhead, budgetLeft, burnLevel, secondsToExhaustion, worstBurn } from './burn.ts';

test('thresholds are the share of a 28-day budget over the window', () => {
  // share × 28 d / window: .02·672/1, .05·672/6, .1·28/1, and .1·28/3 = .933, which is raised to 1.
  expect(BURN_TIERS.map(({ threshold }) => threshold)).toEqual([13.44, 5.6, 2.8, 1]);
});

test('a rate is judged by the tier of its own window', () => {
  const [fast, , , slow] = BURN_TIERS;
  expect([burnLevel(13.5, fast), burnLevel(13.4, fast), burnLevel(0.9, fast), burnLevel(null, fast)]).toEqual([
    'page',
    'elevated',
    'calm',
    'unknown',
  ]);
  expect(burnLevel(1, slow)).toBe('ticket');
});

test('the most urgent window counts, and nothing known is unknown', () => {
  expect(worstBurn({ '1h': 0, '6h': 6, '1d': 3, '3d': 1 })).toBe('page');
  expect(worstBurn({ '1h': 0, '6h': 0, '1d': null, '3d': 0.2 })).toBe('calm');
  expect(worstBurn({ '1h': null, '6h': null, '1d': null, '3d': null })).toBe('unknown');
});

test('half a budget at twice the pace lasts a quarter of the period', () => {
  expect(secondsToExhaustion(0.5, 2, 28 * 86_400)).toBe(7 * 86_400);
  expect(secondsToExhaustion(0.5, 0.8, 28 * 86_400)).toBeNull();
  expect(secondsToExhaustion(null, 2, 28 * 86_400)).toBeNull();
});

test('the line ahead ends where the budget does, or where the picture does', () => {
  const day = 86_400_000;
  // Half of 28 days' budget at twice the pace: 7 days.
  expect(budgetAhead(0.5, 2, 0, 10 * day)).toEqual([
    { atMs: 0, remaining: 0.5 },
    { atMs: 7 * day, remaining: 0 },
  ]);
  // After 3.5 of the 7 days half of it is left: a quarter of the whole.
  expect(budgetAhead(0.5, 2, 0, 3.5 * day)).toEqual([
    { atMs: 0, remaining: 0.5 },
    { atMs: 3.5 * day, remaining: 0.25 },
  ]);
  const none = [budgetAhead(0.5, 1, 0, day), budgetAhead(0.5, null, 0, day), budgetAhead(-0.1, 2, 0, day)];
  expect([...none, budgetAhead(0.5, 2, day, day)]).toEqual([[], [], [], []]);
});

test('the budget is what the objective allows beyond the errors there were', () => {
  // .95 allows .05 of errors: .97 spends .03 of it, 60 %; .90 spends twice the budget.
  expect(budgetLeft(0.97, 0.95)).toBeCloseTo(0.4);
  expect(budgetLeft(0.9, 0.95)).toBeCloseTo(-1);
  expect([budgetLeft(null, 0.95), budgetLeft(0.97, null), budgetLeft(1, 1)]).toEqual([null, null, null]);
});
