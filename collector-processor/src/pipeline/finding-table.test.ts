import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock, Episode, EpisodeView, Finding } from '@cnapp-slo/model';
import { CLOCK_NAMES } from '@cnapp-slo/model';
import { AssetTable } from './asset-table.ts';
import type { FindingState } from './finding-state.ts';
import { FindingTable } from './finding-table.ts';

const T0 = Date.parse('2026-10-01T00:00:00Z');
const ASSET = { id: 'arn:aws:s3:::a', kind: 's3_bucket', provider: 'aws' as const, account: '111122223333' };
const KEY = `a:default:${ASSET.id}`;

function idOf(number: number): string {
  return `f_${number.toString(16).padStart(32, '0')}`;
}

function clock(atMs: number, more: Partial<Clock> = {}): Clock {
  return { atMs, source: 'prowler', precision: 'exact', recvMs: atMs + 5, factId: idOf(atMs % 1000).slice(2), ...more };
}

function episode(findingId: string, seq: number, more: Partial<Episode> = {}): Episode {
  return {
    id: `${findingId}.${seq}`,
    findingId,
    seq,
    tenant: 'default',
    state: 'open',
    trigger: 'asset_change',
    cohort: 'normal',
    origin: 'live',
    exercise: false,
    clocks: { t_detect: clock(T0 + seq) },
    severity: 'high',
    strictestSeverity: 'critical',
    detector: 'prowler',
    detectorClass: 'posture',
    rule: 'rule',
    flaps: 0,
    durable: true,
    candidateChangeIds: [],
    suspensions: [],
    detectorSuppressed: false,
    lastFailMs: T0 + 7,
    lastSeenMs: T0 + 8,
    traceIds: [],
    ...more,
  };
}

/** With everything that an episode can have, and a clock of each kind. */
function full(findingId: string, seq: number): Episode {
  return episode(findingId, seq, {
    state: 'closed',
    closeReason: 'false_positive',
    trigger: 'unknown',
    cohort: 'baseline',
    origin: 'backfill',
    exercise: true,
    clocks: {
      t_change: clock(T0, { precision: 'bounded', loMs: T0 - 100, hiMs: T0 + 100 }),
      t_observable: clock(T0 + 1, { precision: 'inferred' }),
      t_detect: clock(T0 + 2),
      t_alert: clock(T0 + 3, { precision: 'inferred' }),
      t_ack: clock(T0 + 4, { actor: 'ada' }),
      t_triage: clock(T0 + 5, { actor: 'ada' }),
      t_remediate: clock(T0 + 6, { actor: 'bot' }),
      t_verify: clock(0),
      t_close: clock(T0 + 8),
    },
    severity: 'unknown',
    strictestSeverity: 'low',
    detectorClass: 'runtime',
    flaps: 3,
    durable: false,
    causeChangeId: 'cause',
    candidateChangeIds: ['cause', 'other'],
    fixChangeId: 'fix',
    fixActor: { id: 'bot', kind: 'automation' },
    verdict: 'fp',
    assignee: 'ada',
    alertGroup: 'i_1',
    alertUrgency: 'page',
    attempts: [{ id: '1', action: 'failed', actor: { id: 'bot', kind: 'automation' }, startedMs: T0, atMs: T0 + 1 }],
    suspensions: [{ fromMs: T0, toMs: T0 + 1, policy: 'resume' }],
    detectorSuppressed: true,
    driftKind: 'missing',
    traceIds: ['00112233445566778899aabbccddeeff'],
  });
}

function state(number: number, episodes: (id: string) => Episode[], more: Partial<Finding> = {}): FindingState {
  const id = idOf(number);
  const finding: Finding = {
    id,
    tenant: 'default',
    detector: 'prowler',
    detectorClass: 'posture',
    rule: 'rule',
    title: 'A title',
    asset: { ...ASSET },
    severity: 'high',
    lastVerdict: 'pass',
    lastSeenMs: T0 + 9,
    links: [],
    ...more,
  };
  return { finding, episodes: episodes(id), scopes: ['s:default:prowler:1'], firstMs: T0, latestMs: T0 + 9 };
}

function fill(states: readonly FindingState[]): FindingTable {
  const table = new FindingTable(new AssetTable());
  for (const one of states) table.set(one.finding.id, one);
  return table;
}

const everything: Partial<Finding> = {
  discriminator: 'd',
  techniques: ['T1059'],
  confidence: 0.5,
  nativeId: 'native',
  evidence: { principal: 'ada', count: 3, isOdd: true },
  remediation: 'mend it',
  links: [{ rel: 'console', href: 'https://example.com' }] as unknown as Finding['links'],
};

test('what is put in is got again, byte for byte as JSON', () => {
  const states = [
    state(1, () => []),
    state(2, (id) => [episode(id, 1)]),
    state(3, (id) => [full(id, 1), episode(id, 2)], everything),
  ];
  const table = fill(states);
  for (const one of states) assert.equal(JSON.stringify(table.get(one.finding.id)), JSON.stringify(one));
  assert.equal(table.get(idOf(4)), undefined);
  assert.deepEqual([...table.keys()], [1, 2, 3].map(idOf));
});

test('rows say of a finding and of its episodes what the whole says', () => {
  const whole = state(3, (id) => [full(id, 1), episode(id, 2)], everything);
  const row = fill([whole]).find(idOf(3));
  assert.ok(row);
  for (const [name, value] of Object.entries(whole.finding))
    assert.deepEqual(row.finding[name as keyof Finding], value, name);
  assert.deepEqual([row.firstMs, row.scopes], [whole.firstMs, whole.scopes]);
  for (const [index, expected] of whole.episodes.entries()) {
    const view: EpisodeView | undefined = row.episodes[index]?.view;
    assert.ok(view);
    assert.equal(view.finding.id, whole.finding.id);
    for (const [name, value] of Object.entries(expected))
      if (name !== 'clocks') assert.deepEqual(view.episode[name as keyof Episode], value, name);
    for (const name of CLOCK_NAMES) {
      const shown: Clock | undefined = view.episode.clocks[name];
      const told: Clock | undefined = expected.clocks[name];
      assert.equal(shown === undefined, told === undefined, name);
      for (const [field, value] of Object.entries(told ?? {}))
        assert.equal(shown?.[field as keyof Clock], value, `${name} ${field}`);
    }
  }
});

test('a state takes the place of the one before, with more episodes or fewer', () => {
  const table = fill([state(1, (id) => [episode(id, 1)]), state(2, (id) => [episode(id, 1)])]);
  for (const count of [3, 1, 0, 2]) {
    const next = state(1, (id) => Array.from({ length: count }, (_, i) => episode(id, i + 1)));
    table.set(idOf(1), next);
    assert.deepEqual(table.get(idOf(1)), next);
    assert.deepEqual(
      table.find(idOf(1))?.episodes.map(({ id }) => id),
      next.episodes.map(({ id }) => id),
    );
    assert.equal([...table.episodes.views(false)].length, count + 1);
    assert.equal(table.findEpisode(`${idOf(1)}.3`)?.id, count === 3 ? `${idOf(1)}.3` : undefined);
    assert.equal(table.findEpisode(`${idOf(2)}.1`)?.id, `${idOf(2)}.1`);
  }
});

test('findings are found by their asset and by each of their scopes, also when these change', () => {
  const table = fill([1, 2, 3].map((number) => state(number, () => [])));
  assert.deepEqual(new Set(table.onAsset(KEY).map(({ id }) => id)), new Set([1, 2, 3].map(idOf)));
  assert.deepEqual(table.onAsset('a:default:other'), []);
  const moved = { ...state(2, () => []), scopes: ['s:default:prowler:1', 's:default:prowler:2'] };
  table.set(idOf(2), moved);
  assert.deepEqual(new Set(table.inScope('s:default:prowler:1')), new Set([1, 2, 3].map(idOf)));
  assert.deepEqual([...table.inScope('s:default:prowler:2')], [idOf(2)]);
  table.set(idOf(2), { ...moved, scopes: ['s:default:prowler:2'] });
  assert.deepEqual(new Set(table.inScope('s:default:prowler:1')), new Set([1, 3].map(idOf)));
  assert.deepEqual([...table.inScope('s:default:prowler:3')], []);
});

test('ten thousand findings that change again and again, with ids that are no hashes among them', () => {
  const table = new FindingTable(new AssetTable());
  const kept = new Map<string, FindingState>();
  for (let i = 0; i < 60_000; i++) {
    const number = (i * 7919) % 10_000;
    const next = state(number, (id) => (i % 3 === 0 ? [full(id, 1)] : i % 3 === 1 ? [] : [episode(id, 1)]), {
      title: 'x'.repeat((i * 31) % 300),
    });
    const id = number % 100 === 0 ? `odd ${number}` : next.finding.id;
    next.finding.id = id;
    table.set(id, next);
    kept.set(id, next);
  }
  assert.equal(table.size, 10_000);
  for (const [id, expected] of kept) assert.deepEqual(table.get(id), expected);
});
