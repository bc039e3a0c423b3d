import type { ClocksJson, ExplainItem, ExplainRole } from '@cnapp-slo/model';
import { distributionOf, meanSegments, survivalOf } from './episode-stats.ts';

const HOUR = 3600;
const startMs = Date.parse('2026-11-01T00:00:00Z');
const day = [startMs, startMs + 24 * HOUR * 1000] as const;
const clock = (seconds: number) => ({
  at: new Date(startMs + seconds * 1000).toISOString(),
  source: 'test',
  precision: 'exact' as const,
});

/** Alerted at 0, acknowledged and verified after so many hours. */
function item(
  team: string,
  role: ExplainRole,
  ackHours: number,
  verifyHours: number | null,
  reason: string | null = null,
): ExplainItem {
  const clocks: ClocksJson = { t_alert: clock(0), t_ack: clock(ackHours * HOUR) };
  if (verifyHours !== null) clocks.t_verify = clock(verifyHours * HOUR);
  return {
    episode_id: 'e',
    role,
    reason,
    clocks,
    duration_seconds: verifyHours === null ? null : verifyHours * HOUR,
    finding_id: 'f',
    title: '',
    asset_id: '',
    severity: 'high',
    team,
  };
}

test('the stretches of a group add up to its mean, and the slowest team comes first', () => {
  const means = meanSegments(
    'mttr',
    [item('a', 'good', 1, 3), item('a', 'good', 1, 5), item('b', 'bad', 2, 12), item('b', 'pending', 1, null)],
    'All',
    day,
  );
  // All: acknowledged after (1+1+2)/3 h, then (2+4+10)/3 h. a: 1 + 3. b: 2 + 10; the one that is open is in none.
  expect(means.map(({ group, episodes, meanSeconds }) => [group, episodes, meanSeconds / HOUR])).toEqual([
    ['All', 3, 20 / 3],
    ['b', 1, 12],
    ['a', 2, 4],
  ]);
  expect(means[2]?.segments).toEqual({ t_ack: HOUR, t_verify: 3 * HOUR });
});

test('durations fall into buckets by their upper bound, without empty ones at the ends', () => {
  const items = [
    item('a', 'good', 0.1, 1),
    item('a', 'good', 0.1, 1.5),
    item('a', 'bad', 0.1, 7),
    item('a', 'pending', 1, null),
  ];
  expect(distributionOf(items)).toEqual([
    { upTo: HOUR, good: 1, bad: 0 },
    { upTo: 2 * HOUR, good: 1, bad: 0 },
    { upTo: 4 * HOUR, good: 0, bad: 0 },
    { upTo: 8 * HOUR, good: 0, bad: 1 },
  ]);
});

test('an open episode is censored at its age, and the backlog is left out', () => {
  const items = [
    item('a', 'good', 1, 2),
    item('a', 'bad', 1, 4),
    item('a', 'pending', 1, null),
    item('a', 'excluded', 1, null, 'baseline'),
    item('a', 'excluded', 1, null, 'asset_deleted'),
  ];
  // At risk: 4 (the fixed two; the open and the deleted one, both censored at 10 h). After 2 h 3/4 are open, after 4 h 3/4 · 2/3 = 1/2.
  expect(survivalOf('mttr', items, startMs + 10 * HOUR * 1000)).toEqual([
    { seconds: 0, survival: 1 },
    { seconds: 2 * HOUR, survival: 0.75 },
    { seconds: 4 * HOUR, survival: 0.5 },
  ]);
});

test('nothing decided, nothing shown', () => {
  expect([meanSegments('mttr', [], 'All', day), distributionOf([]), survivalOf('mttr', [], 0)]).toEqual([[], [], []]);
});
