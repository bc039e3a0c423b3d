import { covers } from '../../domain/ranges.ts';
import { HOUR_MS, type ScopeRecord } from '../../domain/scope-record.ts';
import { counted, tally } from '../members.ts';
import type { SliComputation, SliInput, SliMember } from '../sli.ts';
import { share } from '../statistics.ts';

/** F1, at the end of the window. Runtime scopes are not scanned; detectors that never report a scan have none. */
export function compute(input: SliInput): SliComputation {
  const members: SliMember[] = [];
  let failedScans = 0;
  const assets = { difference: 0, expected: 0 };
  for (const scope of input.scopes) {
    if (scope.firstScanMs === null || scope.firstScanMs > input.toMs) continue;
    members.push(memberOf(scope, input.toMs));
    for (const [hour, times] of Object.entries(scope.failed)) {
      const atMs = Number(hour) * HOUR_MS;
      if (atMs > input.fromMs && atMs <= input.toMs) failedScans += times;
    }
    const expected = inventoryOf(scope, input);
    if (scope.assets === null || scope.assets[0] > input.toMs || expected === 0) continue;
    assets.difference += Math.abs(scope.assets[1] - expected);
    assets.expected += expected;
  }
  const { good, bad } = tally(members);
  return {
    value: share(bad, good + bad),
    good,
    bad,
    members,
    companions: {
      known_scopes: members.length,
      failed_scans: failedScans,
      asset_delta: share(assets.difference, assets.expected),
    },
  };
}

function memberOf(scope: ScopeRecord, toMs: number): SliMember {
  const { lastFailedMs: failedMs, lastCompleteMs: completeMs } = scope;
  const isFailing = failedMs !== null && failedMs <= toMs && (completeMs === null || completeMs < failedMs);
  const subject = { title: `${scope.detector} in ${scope.scope}`, assetId: scope.scope };
  const id = `${scope.detector}/${scope.scope}`;
  if (isFailing) return counted(id, 'bad', 'scan_failed', subject);
  return covers(scope.complete, toMs) ? counted(id, 'good', null, subject) : counted(id, 'bad', 'stale', subject);
}

function inventoryOf({ tenant, scope }: ScopeRecord, { assets, toMs }: SliInput): number {
  let count = 0;
  for (const { asset } of assets) {
    const isIn = asset.tenant === tenant && (asset.ref.account === scope || asset.ref.cluster === scope);
    if (isIn && asset.firstSeenMs <= toMs && (asset.deletedMs ?? Number.POSITIVE_INFINITY) > toMs) count += 1;
  }
  return count;
}
