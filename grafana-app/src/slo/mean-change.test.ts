import type { ExplainItem } from '@cnapp-slo/model';
import { meanChange } from './mean-change.ts';

const start = Date.parse('2026-11-01T00:00:00Z');
const at = (hours: number) => ({
  at: new Date(start + hours * 3_600_000).toISOString(),
  source: 'test',
  precision: 'exact' as const,
});

/** Alerted at 0 h, acknowledged, verified. */
function episode(team: string, ackHours: number, verifyHours: number): ExplainItem {
  return {
    episode_id: `${team}.${verifyHours}`,
    role: 'good',
    reason: null,
    clocks: { t_alert: at(0), t_ack: at(ackHours), t_verify: at(verifyHours) },
    duration_seconds: verifyHours * 3600,
    finding_id: 'f',
    title: '',
    asset_id: '',
    severity: 'critical',
    team,
  };
}

// Before: (2 + 4) / 2 = 3 h. Now: (2 + 4 + 12) / 3 = 6 h. Acknowledged after 1 h throughout: the rest is the wait for the fix.
const span = [start, start + 86_400_000] as const;
const before = { span, items: [episode('payments', 1, 2), episode('checkout', 1, 4)] };
const now = { span, items: [...before.items, episode('checkout', 1, 12)] };

test('the stretches add up to the difference of the means', () => {
  const change = meanChange('mttr', before, now);
  expect([change?.beforeSeconds, change?.nowSeconds]).toEqual([3 * 3600, 6 * 3600]);
  expect(change?.stretches).toEqual([
    { name: 't_verify', beforeSeconds: 2 * 3600, nowSeconds: 5 * 3600, deltaSeconds: 3 * 3600 },
    { name: 't_ack', beforeSeconds: 3600, nowSeconds: 3600, deltaSeconds: 0 },
  ]);
});

test('the teams add up to it too, each by how far it pulls from the mean before', () => {
  // checkout now: 2/3 of the episodes, 8 h: 2/3 × 5 = 3⅓ h above 3 h; before: 1/2 × 1 h. Difference 2 h 50 min. payments: −1/3 h against −1/2 h: 10 min.
  expect(meanChange('mttr', before, now)?.teams).toEqual([
    { team: 'checkout', episodes: 2, meanSeconds: 8 * 3600, deltaSeconds: expect.closeTo(10_200) },
    { team: 'payments', episodes: 1, meanSeconds: 2 * 3600, deltaSeconds: expect.closeTo(600) },
  ]);
});

test('a team that got faster pulls down', () => {
  // The other way round, from 6 h: 1/2 × −2 h against 2/3 × 2 h before: −2 h 20 min.
  const change = meanChange('mttr', now, before);
  expect(change?.teams.at(-1)).toMatchObject({ team: 'checkout', deltaSeconds: expect.closeTo(-8400) });
});

test('without an episode in one of the periods there is nothing to compare', () => {
  expect(meanChange('mttr', { span, items: [] }, now)).toBeNull();
  const open = { ...episode('payments', 1, 2), duration_seconds: null };
  expect(meanChange('mttr', { span, items: [open] }, now)).toBeNull();
});

test('what stopped outside its period is not in its mean', () => {
  const first = { ...before, span: [start, start + 3 * 3_600_000] as const };
  expect(meanChange('mttr', first, now)?.beforeSeconds).toBe(2 * 3600);
});
