import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AgentRecord, mergeAgent } from '../../domain/agent-record.ts';
import type { Asset } from '../../domain/asset.ts';
import type { HeartbeatObservation } from '../../domain/observation.ts';
import { DAY, HOUR, MINUTE, T0 } from '../../domain/story.ts';
import { inputOf } from '../input.ts';
import type { AgentView, AssetView } from '../sli.ts';
import { asset, factOf, near } from '../test-facts.ts';
import { compute } from './compute.ts';

/** Minutes from T0 of its heartbeats, one a minute unless said. */
function agent(
  node: string,
  minutes: readonly number[],
  more: Partial<HeartbeatObservation> = {},
  on?: Asset,
): AgentView {
  let record: AgentRecord | undefined;
  for (const minute of minutes) {
    const atMs = T0 + minute * MINUTE;
    const body: HeartbeatObservation = { kind: 'heartbeat', agent: 'falco', node, atMs, intervalSeconds: 60, ...more };
    record = mergeAgent(record, factOf(body));
  }
  assert.ok(record);
  return { record, asset: on };
}

function node(name: string, more: Partial<Asset> = {}): AssetView {
  const ref = { id: name, kind: 'node', provider: 'kubernetes' as const, name };
  return { asset: asset(name, { ref, ...more }), watched: [], episodes: [], segments: [], declaredBy: {} };
}

const over = (agents: readonly AgentView[], minute: number, assets: readonly AssetView[] = []) =>
  compute(inputOf({ agents, assets }, T0 - DAY, T0 + minute * MINUTE));

test('heard of within three intervals: three of four', () => {
  const agents = ['a', 'b', 'c'].map((name) => agent(name, [0, 10]));
  const { value, good, bad, members } = over([...agents, agent('d', [0])], 12);
  assert.deepEqual([value, good, bad], [0.75, 3, 1]);
  assert.deepEqual(
    members.filter(({ role }) => role === 'bad').map(({ reason, subject }) => [reason, subject?.title]),
    [['silent', 'falco on d']], // named
  );
});

test('three intervals to the millisecond, by the agent’s own interval', () => {
  const slow = [agent('a', [0], { intervalSeconds: 300 })];
  assert.deepEqual([over(slow, 14.99).value, over(slow, 15).value], [1, 0]);
});

test('Falco, which reports hourly unless told otherwise, has three hours; others a quarter of one', () => {
  const beat = (name: string): AgentView => {
    const body: HeartbeatObservation = { kind: 'heartbeat', agent: name, node: 'n', atMs: T0 };
    return { record: mergeAgent(undefined, factOf(body)), asset: undefined };
  };
  assert.deepEqual([over([beat('falco')], 179).value, over([beat('falco')], 180).value], [1, 0]);
  assert.deepEqual([over([beat('tetragon')], 14).value, over([beat('tetragon')], 15).value], [1, 0]);
});

test('a node of the inventory without any agent is missing one; a deleted node expects none', () => {
  const agents = [
    agent('a', [0], {}, node('a').asset),
    agent('old', [0], {}, asset('old', { deletedMs: T0 + MINUTE })),
  ];
  const { value, members } = over(agents, 2, [node('a'), node('b'), node('gone', { deletedMs: T0 })]);
  assert.equal(value, 1 / 2);
  assert.deepEqual(
    members.map(({ role, reason }) => [role, reason]),
    [
      ['good', null],
      ['excluded', 'node_deleted'],
      ['bad', 'no_agent'],
    ],
  );
});

test('what an agent loses is a partial outage', () => {
  const { value, good, bad, companions } = over([agent('a', [0], { dropped: 25, received: 75 }), agent('b', [0])], 1);
  // a saw 75 of 100 events: .75 + 1 of 2.
  assert.deepEqual([value, good, bad, companions.drop_ratio], [0.875, 1.75, 0.25, 0.25]);
});

test('a loss of unknown share is no outage; one two hours ago is over', () => {
  const told = over([agent('a', [0], { dropped: 25 })], 1);
  assert.deepEqual([told.value, told.companions.drop_ratio], [1, null]);
  assert.ok(near(over([agent('a', [0], { dropped: 25, received: 75 }), agent('a', [125])], 126).value, 1 / 2));
});

test('no agent ever heard of is null, also where there are nodes', () => {
  assert.equal(over([], 1, [node('a')]).value, null);
  assert.equal(compute(inputOf({ agents: [agent('a', [60])] }, T0 - HOUR, T0)).value, null);
});
