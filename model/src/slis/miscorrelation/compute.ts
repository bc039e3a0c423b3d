import { counted } from '../members.ts';
import type { AssetView, SliComputation, SliInput, SliMember } from '../sli.ts';
import { share } from '../statistics.ts';
import { CLAIMS_TOGETHER_MS, UNDECLARED_KINDS } from './definition.ts';

/** F6, at the end of the window. */
export function compute(input: SliInput): SliComputation {
  const { toMs } = input;
  const members: SliMember[] = [];
  const assets = { good: 0, none: 0, stale: 0, contradictory: 0 };
  for (const view of input.assets) {
    const { asset } = view;
    const exists = asset.firstSeenMs <= toMs && (asset.deletedMs ?? Number.POSITIVE_INFINITY) > toMs;
    if (!exists || UNDECLARED_KINDS.includes(asset.ref.kind)) continue;
    const { id } = asset.ref;
    const fault = faultOf(view, toMs);
    assets[fault ?? 'good'] += 1;
    if (input.isBrief) continue;
    const subject = { title: asset.ref.name ?? id, assetId: id, team: asset.team };
    members.push(counted(id, fault === null ? 'good' : 'bad', fault, subject));
  }
  const { good, none, stale, contradictory } = assets;
  const bad = none + stale + contradictory;
  const all = good + bad;
  return {
    value: share(bad, all),
    good,
    bad,
    members,
    companions: { none: share(none, all), stale: share(stale, all), contradictory: share(contradictory, all) },
  };
}

function faultOf({ declaredBy, segments }: AssetView, atMs: number): 'none' | 'stale' | 'contradictory' | null {
  const now = segments.find((segment) => segment.fromMs <= atMs && atMs < segment.toMs);
  const claims = Object.values(declaredBy);
  if (claims.length === 0 || now?.kind === 'unmanaged') return 'none';
  const latestMs = Math.max(...claims);
  if (claims.filter((claimMs) => claimMs >= latestMs - CLAIMS_TOGETHER_MS).length > 1) return 'contradictory';
  return segments.some((segment) => segment.fromMs <= atMs) && now === undefined ? 'stale' : null;
}
