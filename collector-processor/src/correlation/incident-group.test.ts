import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DetectorClass, Episode } from '@cnapp-slo/model';
import { CAMPAIGN_MS, groupOf, jointConfidence, linkOf, TOGETHER_MS } from './incident-group.ts';

const T0 = Date.parse('2026-10-01T00:00:00Z');
let count = 0;

function episode(
  detectorClass: DetectorClass,
  at: number,
  more: Partial<Episode> & { closedAt?: number } = {},
): Episode {
  count += 1;
  const { closedAt, ...rest } = more;
  const clock = (atMs: number) => ({ atMs, source: 'test', precision: 'exact' as const, recvMs: T0 + count });
  return {
    id: `f_${count}.1`,
    findingId: `f_${count}`,
    seq: 1,
    tenant: 'default',
    state: closedAt === undefined ? 'open' : 'closed',
    trigger: 'asset_change',
    cohort: 'normal',
    origin: 'live',
    exercise: false,
    clocks: { t_detect: clock(T0 + at), ...(closedAt !== undefined && { t_close: clock(T0 + closedAt) }) },
    severity: 'critical',
    strictestSeverity: 'critical',
    detector: 'test',
    detectorClass,
    rule: `rule ${count}`,
    flaps: 0,
    durable: true,
    candidateChangeIds: [],
    suspensions: [],
    detectorSuppressed: false,
    lastFailMs: T0 + at,
    lastSeenMs: T0 + at,
    traceIds: [],
    ...rest,
  };
}

const DAY = 86_400_000;
const rows: [string, Episode, Episode, boolean, ReturnType<typeof linkOf>][] = [
  [
    'two weaknesses of one asset in one scan',
    episode('posture', 0),
    episode('posture', TOGETHER_MS),
    true,
    'seen_together',
  ],
  ['a weakness an hour and a bit later', episode('posture', 0), episode('posture', TOGETHER_MS + 1), true, null],
  [
    'two weaknesses that one change made, however late one was seen',
    episode('posture', 0, { causeChangeId: 'c' }),
    episode('iac', 5 * DAY, { causeChangeId: 'c' }),
    true,
    'same_change',
  ],
  ['weaknesses of neighbours', episode('posture', 0), episode('vulnerability', 0), false, null],
  [
    'an attack on an old weakness',
    episode('vulnerability', 0),
    episode('runtime', 40 * DAY),
    false,
    'attack_on_weakness',
  ],
  ['an attack after the fix', episode('vulnerability', 0, { closedAt: DAY }), episode('runtime', 2 * DAY), true, null],
  [
    'a weakness that a later scan explains',
    episode('vulnerability', CAMPAIGN_MS),
    episode('runtime', 0),
    false,
    'attack_on_weakness',
  ],
  ['a weakness of two days later', episode('vulnerability', 2 * DAY), episode('runtime', 0), false, null],
  ['two attacks at once', episode('runtime', 0), episode('identity', 0), false, 'seen_together'],
  ['an attack that moves on', episode('runtime', 0), episode('identity', CAMPAIGN_MS), false, 'attack_goes_on'],
  [
    'the same rule hours later',
    episode('runtime', 0, { rule: 'r' }),
    episode('runtime', 2 * TOGETHER_MS, { rule: 'r' }),
    true,
    null,
  ],
];

for (const [name, a, b, sameAsset, want] of rows) {
  test(`${name}: ${want ?? 'two incidents'}`, () => {
    assert.equal(linkOf(a, b, sameAsset), want);
    assert.equal(linkOf(b, a, sameAsset), want);
  });
}

test('any member gives the same group, named by the first that was received', () => {
  const chain = [30, 10, 20].map((at) => ({ episode: episode('runtime', at) }));
  const next = (of: (typeof chain)[number]) => chain.filter((_, at) => Math.abs(at - chain.indexOf(of)) === 1);
  const groups = chain.map((start) =>
    groupOf(start, (of, isKnown) => next(of).filter((one) => !isKnown(one.episode.id))),
  );
  const ids = groups.map(({ members }) => members.map((member) => member.episode.clocks.t_detect?.atMs));
  assert.deepEqual(
    ids,
    [0, 1, 2].map(() => [T0 + 30, T0 + 10, T0 + 20]),
  );
});

test('witnesses add up, and silence is no confidence', () => {
  assert.equal(jointConfidence([undefined, undefined]), null);
  assert.equal(jointConfidence([0.5, undefined, 0.5]), 0.75); // 1 − 0.5 · 0.5
});
