import type { AgentRecord } from '../../domain/agent-record.ts';
import type { Asset } from '../../domain/asset.ts';
import { covers } from '../../domain/ranges.ts';
import { HOUR_MS } from '../../domain/scope-record.ts';
import { counted } from '../members.ts';
import type { SliComputation, SliInput, SliMember } from '../sli.ts';
import { share } from '../statistics.ts';
import { NODE_KINDS } from './definition.ts';

/** F2, at the end of the window. Null while no agent was ever heard of: then none is expected either. */
export function compute(input: SliInput): SliComputation {
  const { toMs } = input;
  const members: SliMember[] = [];
  const withAgent = new Set<string>();
  const drops = { lost: 0, all: 0 };
  for (const { record, asset } of input.agents) {
    if ((record.alive[0]?.[0] ?? Number.POSITIVE_INFINITY) > toMs) continue;
    withAgent.add(`${record.tenant} ${record.node}`);
    const subject = { title: `${record.agent} on ${record.node}`, assetId: asset?.ref.id ?? record.node };
    const id = `${record.agent}/${record.node}`;
    if (asset && !exists(asset, toMs)) members.push(counted(id, 'excluded', 'node_deleted', subject));
    else if (!covers(record.alive, toMs)) members.push(counted(id, 'bad', 'silent', subject));
    else {
      const [lost, seen] = eventsOf(record, toMs);
      if (seen > 0) drops.lost += lost;
      if (seen > 0) drops.all += lost + seen;
      // Where only the loss is told, its share is not known: the agent is alive.
      const lostShare = seen > 0 ? lost / (lost + seen) : 0;
      members.push({ ...counted(id, 'good', lostShare > 0 ? 'loses_events' : null, subject), weight: 1 - lostShare });
    }
  }
  if (withAgent.size > 0) {
    for (const { asset } of input.assets) {
      const name = asset.ref.name ?? asset.ref.id;
      if (!NODE_KINDS.includes(asset.ref.kind) || !exists(asset, toMs)) continue;
      if (withAgent.has(`${asset.tenant} ${name}`)) continue;
      members.push(counted(`none/${name}`, 'bad', 'no_agent', { title: `No agent on ${name}`, assetId: asset.ref.id }));
    }
  }
  const expected = members.filter((member) => member.role !== 'excluded').length;
  const good = members.reduce((sum, { role, weight }) => sum + (role === 'good' ? weight : 0), 0);
  return {
    value: share(good, expected),
    good,
    bad: expected - good,
    members,
    companions: {
      expected,
      silent: members.filter((member) => member.reason === 'silent').length,
      drop_ratio: share(drops.lost, drops.all),
    },
  };
}

function exists(asset: Asset, atMs: number): boolean {
  return asset.firstSeenMs <= atMs && (asset.deletedMs ?? Number.POSITIVE_INFINITY) > atMs;
}

function eventsOf({ events }: AgentRecord, atMs: number): [lost: number, seen: number] {
  const hour = Math.floor(atMs / HOUR_MS);
  const [lost, seen] = events[hour] ?? [0, 0];
  const [lostBefore, seenBefore] = events[hour - 1] ?? [0, 0];
  return [lost + lostBefore, seen + seenBefore];
}
