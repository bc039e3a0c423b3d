import type { ClocksJson, ExplainItem } from '@cnapp-slo/model';
import { openTrend } from './open-trend.ts';

const clock = (at: string) => ({ at, source: 'test', precision: 'exact' as const });
const item = (clocks: ClocksJson, reason: string | null = null) => ({ clocks, reason }) as ExplainItem;
const from = Date.parse('2026-11-01T00:00:00Z');
const to = Date.parse('2026-11-03T12:00:00Z');

test('counts what is open at the end of each day, and what came and went', () => {
  const items = [
    item({ t_detect: clock('2026-10-30T10:00:00Z'), t_close: clock('2026-11-02T10:00:00Z') }),
    item({ t_detect: clock('2026-11-01T10:00:00Z') }),
    item({ t_detect: clock('2026-11-02T09:00:00Z'), t_verify: clock('2026-11-02T09:30:00Z') }),
  ];
  expect(openTrend(items, from, to).map(({ open, detected, closed }) => [open, detected, closed])).toEqual([
    [2, 1, 0],
    [1, 1, 2],
    [1, 0, 0],
  ]);
});

test('a false positive never was open', () => {
  const items = [item({ t_detect: clock('2026-11-01T10:00:00Z') }, 'false_positive')];
  expect(openTrend(items, from, to).every(({ open }) => !open)).toBe(true);
});

test('what was before the first detection is unknown, not zero', () => {
  const items = [item({ t_detect: clock('2026-11-02T10:00:00Z') })];
  expect(openTrend(items, from, to).map(({ open }) => open)).toEqual([null, 1, 1]);
});
