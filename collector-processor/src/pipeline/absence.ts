import type { AssetObservation, Fact, ScanObservation } from '@cnapp-slo/model';
import type { AssetState } from './asset-state.ts';
import { factOf } from './facts.ts';

/** What is needed to tell which assets an inventory run proves to be gone. */
export interface AbsenceSources {
  /** Assets that runs of the scope ever listed. */
  listedIn(scope: string): Iterable<[key: string, state: AssetState]>;
  factsOf(subject: string): readonly Fact[];
}

/**
 * Deletions that a complete run proves: what it should have listed and did not, counted from the run. Runs and sights
 * may come late and in any order: the same deletions follow. A run that is not complete proves nothing.
 */
export function absentFrom(scan: Fact<ScanObservation>, sources: AbsenceSources): Fact[] {
  const { scope, scanId, complete } = scan.body;
  if (!complete) return [];
  const deletions: Fact[] = [];
  for (const [key, state] of sources.listedIn(scope)) {
    const [firstMs, lastMs] = state.listed?.[scope] ?? [Number.POSITIVE_INFINITY, 0];
    if (firstMs >= scan.atMs || isGone(state, scan.atMs)) continue;
    if (lastMs < scan.atMs || !isListedIn(sources.factsOf(key), scanId)) deletions.push(deletionOf(state, scan));
  }
  return deletions;
}

/** A sight that comes late: the first complete run after it that does not list the asset proves when it had gone. */
export function lateAbsence(
  fact: Fact<AssetObservation>,
  state: AssetState,
  key: string,
  scans: readonly Fact[],
  sources: AbsenceSources,
): Fact | null {
  const { listed } = fact.body;
  if (!listed) return null;
  const next = scans
    .filter((scan): scan is Fact<ScanObservation> => isComplete(scan) && scan.atMs > listed.atMs)
    .sort((a, b) => a.atMs - b.atMs)[0];
  if (!next || isListedIn(sources.factsOf(key), next.body.scanId)) return null;
  return deletionOf(state, { ...next, recvMs: Math.max(next.recvMs, fact.recvMs) });
}

function isComplete({ body }: Fact): boolean {
  return body.kind === 'scan' && body.complete;
}

/** Gone already, by a deletion since it was last seen before the run. */
function isGone(state: AssetState, atMs: number): boolean {
  return state.presentMs < atMs && (state.deletions ?? []).some((ms) => ms >= state.presentMs && ms <= atMs);
}

function isListedIn(facts: readonly Fact[], scanId: string): boolean {
  return facts.some(({ body }) => body.kind === 'asset' && body.listed?.scanId === scanId);
}

function deletionOf({ asset }: AssetState, scan: Fact<ScanObservation>): Fact {
  const { id, kind, provider } = asset.ref;
  const body: AssetObservation = {
    kind: 'asset',
    asset: { id, kind, provider },
    state: 'deleted',
    atMs: scan.atMs,
    cause: `absent from the complete inventory ${scan.body.scope}`,
  };
  return factOf(body, {
    tenant: scan.tenant,
    recvMs: scan.recvMs,
    backfill: scan.origin === 'backfill',
    exercise: scan.exercise,
    source: scan.source,
  });
}
