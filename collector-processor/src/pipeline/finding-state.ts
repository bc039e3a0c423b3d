import type {
  AssetObservation,
  ChangeObservation,
  DriftSegment,
  Episode,
  EpisodePolicy,
  Fact,
  Finding,
  FindingObservation,
  PersonInput,
  ScanObservation,
} from '@cnapp-slo/model';
import { appendComparison, byEventTimeThenId, continueEpisode, driftSegmentsOf, episodesOf } from '@cnapp-slo/model';
import { expectedReason } from '../policy/capabilities/expected-drift.ts';

/** What is kept of a finding: derived from its facts, so that the ledger alone can give it again. */
export interface FindingState {
  finding: Finding;
  episodes: Episode[];
  /** Scope keys of its verdicts. */
  scopes: string[];
  /** The latest event time of any fact that can move it; a verdict later than this needs no fold. */
  latestMs: number;
  /** Its first verdict. */
  firstMs: number;
  /** Comparisons over time; only for drift. */
  segments?: DriftSegment[];
}

/** Facts about one finding, with those of its asset and scopes, in any order. */
export interface RelatedFacts {
  own: readonly Fact[];
  ofAsset: readonly Fact[];
  ofScopes: readonly Fact[];
  scopes: readonly string[];
  scopeFirstMs: number | null;
}

type CanCause = (finding: FindingObservation, change: ChangeObservation) => boolean;

/** The state that the facts give. `related.own` holds at least one verdict. */
export function foldFinding(
  findingId: string,
  related: RelatedFacts,
  canCause: CanCause,
  policy: EpisodePolicy,
): FindingState {
  const verdicts = related.own.filter((fact): fact is Fact<FindingObservation> => fact.body.kind === 'finding');
  const latest = verdicts.toSorted(byEventTimeThenId).at(-1);
  if (!latest) throw new Error(`finding ${findingId} has no verdict`);
  const changes = related.ofAsset.filter(
    (fact): fact is Fact<ChangeObservation> => fact.body.kind === 'change' && canCause(latest.body, fact.body),
  );
  const assets = related.ofAsset.filter((fact): fact is Fact<AssetObservation> => fact.body.kind === 'asset');
  const judged = latest.body.detectorClass === 'drift' ? explained(verdicts, changes, assets) : verdicts;
  const scans = related.ofScopes.filter(
    (fact): fact is Fact<ScanObservation> => fact.body.kind === 'scan' && fact.body.complete && fact.body.absenceCloses,
  );
  const deletions = assets.filter((fact) => fact.body.state === 'deleted');
  const inputs = related.own.filter((fact): fact is Fact<PersonInput> => fact.body.kind !== 'finding');
  const state: FindingState = {
    finding: describe(findingId, judged.find(({ id }) => id === latest.id) ?? latest),
    episodes: episodesOf(
      {
        findingId,
        tenant: latest.tenant,
        verdicts: judged.map(withoutExpected),
        scans,
        changes,
        assets,
        inputs,
        scopeFirstMs: related.scopeFirstMs,
      },
      policy,
    ),
    scopes: related.scopes.toSorted(),
    firstMs: verdicts.reduce((min, fact) => Math.min(min, fact.atMs), latest.atMs),
    latestMs: [...related.own, ...changes, ...deletions, ...scans].reduce((max, fact) => Math.max(max, fact.atMs), 0),
  };
  if (latest.body.detectorClass === 'drift') state.segments = driftSegmentsOf(judged, deletedAt(assets));
  return state;
}

/**
 * The same state as a fold would give, for the common case: the next scan repeats what is known. Null: fold instead.
 * A repeated FAIL of an open episode moves its last sight; a repeated PASS of a finding with none open moves nothing.
 */
export function advance(state: FindingState, fact: Fact<FindingObservation>): FindingState | null {
  const { body } = fact;
  const last = state.episodes.at(-1);
  const isOpen = last !== undefined && last.state !== 'closed';
  if (fact.atMs <= state.latestMs || body.detectorClass === 'runtime' || body.detectorClass === 'identity') return null;
  const repeatedFail = body.verdict === 'fail' && isOpen && last.state !== 'fixed_unverified';
  const repeatedPass = body.verdict === 'pass' && !isOpen;
  if (!repeatedFail && !repeatedPass) return null;
  // Whose difference it is depends on who wrote since.
  if (body.detectorClass === 'drift' && (body.verdict === 'fail' || body.drift?.intervalSeconds === undefined))
    return null;
  const next: FindingState = { ...state, finding: describe(state.finding.id, fact), latestMs: fact.atMs };
  if (repeatedFail) {
    const episode = { ...last, traceIds: [...last.traceIds] };
    continueEpisode(episode, fact);
    next.episodes = [...state.episodes.slice(0, -1), episode];
  }
  if (state.segments) next.segments = appendComparison(state.segments, fact);
  return next;
}

/**
 * Comparisons joined with who wrote to the resource since it last was as declared, in the evidence as `changed_by`: an autoscaler's
 * work within its bounds is expected.
 */
function explained(
  verdicts: readonly Fact<FindingObservation>[],
  changes: readonly Fact<ChangeObservation>[],
  assets: readonly Fact<AssetObservation>[],
): Fact<FindingObservation>[] {
  const bounds = assets
    .filter((fact) => fact.body.context?.scaleBounds !== undefined)
    .toSorted(byEventTimeThenId)
    .at(-1)?.body.context?.scaleBounds;
  const writes = changes.toSorted(byEventTimeThenId);
  let inSyncMs: number | null = null;
  return verdicts.toSorted(byEventTimeThenId).map((fact) => {
    if (fact.body.verdict === 'pass') inSyncMs = fact.atMs;
    if (fact.body.verdict !== 'fail' || fact.body.drift?.expected !== undefined) return fact;
    const before = writes.filter(({ atMs }) => atMs <= fact.atMs && atMs > (inSyncMs ?? Number.NEGATIVE_INFINITY));
    // Never seen in sync: only the last word can be judged.
    const since = (inSyncMs === null ? before.slice(-1) : before).map(({ body }) => body);
    const expected = expectedReason(since, fact.body.drift?.changed, bounds);
    const writers = [...new Set(since.map(({ actor }) => actor.id))].sort().join(', ');
    const body = writers ? { ...fact.body, evidence: { ...fact.body.evidence, changed_by: writers } } : fact.body;
    return { ...fact, body: expected === null ? body : { ...body, drift: { ...body.drift, expected } } };
  });
}

/** A difference that is expected is no violation: it opens no episode and closes none. */
function withoutExpected(fact: Fact<FindingObservation>): Fact<FindingObservation> {
  if (fact.body.verdict !== 'fail' || fact.body.drift?.expected === undefined) return fact;
  return { ...fact, body: { ...fact.body, verdict: 'not_applicable' } };
}

function describe(id: string, latest: Fact<FindingObservation>): Finding {
  const { body } = latest;
  const finding: Finding = {
    id,
    tenant: latest.tenant,
    detector: body.detector,
    detectorClass: body.detectorClass,
    rule: body.rule,
    title: body.title,
    asset: body.asset,
    severity: body.severity,
    lastVerdict: body.verdict,
    lastSeenMs: body.atMs,
    links: body.links ?? [],
  };
  if (body.discriminator !== undefined) finding.discriminator = body.discriminator;
  if (body.techniques !== undefined) finding.techniques = body.techniques;
  if (body.confidence !== undefined) finding.confidence = body.confidence;
  if (body.nativeId !== undefined) finding.nativeId = body.nativeId;
  if (body.evidence !== undefined) finding.evidence = body.evidence;
  if (body.remediation !== undefined) finding.remediation = body.remediation;
  return finding;
}

function deletedAt(assets: readonly Fact<AssetObservation>[]): number | null {
  const last = assets.toSorted(byEventTimeThenId).at(-1);
  return last?.body.state === 'deleted' ? last.atMs : null;
}
