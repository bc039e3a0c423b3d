import { causeOf } from './cause.ts';
import type { Clock } from './clock.ts';
import type { CloseReason, Episode } from './episode.ts';
import type { Fact, PersonInput, VerdictInput } from './fact.ts';
import { byEventTimeThenId } from './fact.ts';
import { applyInputs, namedEpisode } from './inputs.ts';
import type { AssetObservation, ChangeObservation, FindingObservation, ScanObservation } from './observation.ts';
import { stricter } from './severity.ts';

/** Everything in the ledger that bears on one finding, in any order. */
export interface FindingFacts {
  findingId: string;
  tenant: string;
  verdicts: readonly Fact<FindingObservation>[];
  /** Scans of the finding's scopes. */
  scans: readonly Fact<ScanObservation>[];
  /** Successful changes of its asset that can have caused (or fixed) it. */
  changes: readonly Fact<ChangeObservation>[];
  /** What was said of its asset's existence. */
  assets: readonly Fact<AssetObservation>[];
  inputs: readonly Fact<PersonInput>[];
  /** The earliest event of the finding's scope: what it brings without a known change is baseline. Null: unknown. */
  scopeFirstMs: number | null;
}

export interface EpisodePolicy {
  /** A failure that comes back within this continues the episode: max(15 min, 1 scan interval). */
  flapMergeMs: number;
  /** A failure that comes back within this makes the earlier fix non-durable. */
  durabilityMs: number;
  /** How long a scope's first snapshot may take. */
  baselineSpanMs: number;
}

export const DEFAULT_EPISODE_POLICY: EpisodePolicy = {
  flapMergeMs: 15 * 60_000,
  durabilityMs: 7 * 86_400_000,
  baselineSpanMs: 60 * 60_000,
};

const DETECTION_GROUP_MS = 60 * 60_000;

type Step =
  | { at: 'fail' | 'suppressed'; fact: Fact<FindingObservation> }
  | { at: 'pass'; fact: Fact<FindingObservation> | Fact<ScanObservation> }
  | { at: 'deleted'; fact: Fact<AssetObservation> }
  | { at: 'labelled'; fact: Fact<VerdictInput> };

/** A finding's episodes from its facts. Arrival order cannot matter: facts are sorted here, by event time, then id. */
export function episodesOf(facts: FindingFacts, policy: EpisodePolicy = DEFAULT_EPISODE_POLICY): Episode[] {
  const episodes: Episode[] = [];
  const changes = facts.changes.toSorted(byEventTimeThenId);
  let lastPassMs: number | null = null;
  const steps = stepsOf(facts);
  for (const step of steps) {
    const last = episodes.at(-1);
    const open = last && last.state !== 'closed' ? last : undefined;
    if (step.at === 'fail' && open && outlivesGroup(open, step.fact)) {
      episodes.push(
        openEpisode(
          facts,
          step.fact,
          episodes.length + 1,
          { changes: changes.filter((change) => change.body.nativeId !== last?.fixChangeId), steps },
          lastPassMs,
          policy,
        ),
      );
      continue;
    }
    if (step.at === 'fail' || step.at === 'suppressed') {
      const body = step.fact.body;
      if (open) continueEpisode(open, step.fact);
      else if (last && isDismissed(last) && (lastPassMs === null || lastPassMs < (last.clocks.t_close?.atMs ?? 0))) {
        last.lastSeenMs = Math.max(last.lastSeenMs, body.atMs); // a dismissed finding that keeps failing stays dismissed
      } else if (last && isFlap(last, body.atMs, policy)) resume(last, step.fact);
      else if (step.at === 'fail') {
        if (last && isFixed(last) && body.atMs - closedAt(last) <= policy.durabilityMs) last.durable = false;
        episodes.push(
          openEpisode(
            facts,
            step.fact,
            episodes.length + 1,
            { changes: changes.filter((change) => change.body.nativeId !== last?.fixChangeId), steps },
            lastPassMs,
            policy,
          ),
        );
      }
    } else if (step.at === 'pass') {
      if (open && step.fact.atMs >= (open.clocks.t_detect?.atMs ?? 0)) verify(open, step.fact, changes);
      lastPassMs = Math.max(lastPassMs ?? step.fact.atMs, step.fact.atMs);
    } else if (step.at === 'deleted') {
      if (open) close(open, 'asset_deleted', clockOf(step.fact, step.fact.body.cause ?? step.fact.source.format));
    } else if (last && step.at === 'labelled') label(namedEpisode(episodes, step.fact) ?? last, step.fact);
  }
  for (const episode of episodes) claimRemediation(episode, changes);
  applyInputs(episodes, facts.inputs.toSorted(byEventTimeThenId));
  return episodes;
}

/** Runtime and identity detections never pass: one group holds what came within 60 min of its first. */
function outlivesGroup(episode: Episode, fact: Fact<FindingObservation>): boolean {
  const grouped = episode.detectorClass === 'runtime' || episode.detectorClass === 'identity';
  return grouped && fact.atMs - (episode.clocks.t_detect?.atMs ?? 0) > DETECTION_GROUP_MS;
}

function stepsOf(facts: FindingFacts): Step[] {
  const steps: Step[] = [];
  const failedIn = new Set<string>();
  for (const fact of facts.verdicts) {
    const verdict = fact.body.verdict;
    if (verdict === 'fail' || verdict === 'suppressed') {
      steps.push({ at: verdict, fact });
      if (fact.body.scanId !== undefined) failedIn.add(fact.body.scanId);
    } else if (verdict === 'pass') steps.push({ at: 'pass', fact });
  }
  for (const fact of facts.scans) {
    // Absence from a complete snapshot is a PASS; an incomplete one closes nothing.
    if (fact.body.complete && fact.body.absenceCloses && !failedIn.has(fact.body.scanId))
      steps.push({ at: 'pass', fact });
  }
  for (const fact of facts.assets) if (fact.body.state === 'deleted') steps.push({ at: 'deleted', fact });
  for (const fact of facts.inputs) {
    if (fact.body.kind === 'verdict') steps.push({ at: 'labelled', fact: fact as Fact<VerdictInput> });
  }
  return steps.sort((a, b) => byEventTimeThenId(a.fact, b.fact));
}

function openEpisode(
  facts: FindingFacts,
  fact: Fact<FindingObservation>,
  seq: number,
  { changes, steps }: { changes: readonly Fact<ChangeObservation>[]; steps: readonly Step[] },
  lastPassMs: number | null,
  policy: EpisodePolicy,
): Episode {
  const body = fact.body;
  // What happens now is no backlog, however young its scope is: runtime and identity detections are events, no snapshots.
  const isEvent = body.detectorClass === 'runtime' || body.detectorClass === 'identity';
  const inFirstSnapshot =
    !isEvent && facts.scopeFirstMs !== null && body.atMs - facts.scopeFirstMs <= policy.baselineSpanMs;
  const isFix = (change: Fact): boolean =>
    steps.find((step) => (step.at === 'fail' || step.at === 'pass') && step.fact.atMs > change.atMs)?.at === 'pass';
  const cause = causeOf(fact, changes, lastPassMs, inFirstSnapshot, isFix);
  const episode: Episode = {
    id: `${facts.findingId}.${seq}`,
    findingId: facts.findingId,
    seq,
    tenant: facts.tenant,
    state: 'open',
    trigger: cause.trigger,
    cohort: cause.trigger === 'baseline' ? 'baseline' : 'normal',
    origin: fact.origin,
    exercise: fact.exercise,
    clocks: { ...cause.clocks, t_detect: clockOf(fact, body.detector) },
    severity: body.severity,
    strictestSeverity: body.severity,
    detector: body.detector,
    detectorClass: body.detectorClass,
    rule: body.rule,
    flaps: 0,
    durable: true,
    candidateChangeIds: cause.candidateIds,
    suspensions: [],
    detectorSuppressed: false,
    lastFailMs: body.atMs,
    lastSeenMs: body.atMs,
    traceIds: fact.trace ? [fact.trace.traceId] : [],
  };
  if (cause.changeId !== undefined) episode.causeChangeId = cause.changeId;
  if (body.drift?.kind !== undefined) episode.driftKind = body.drift.kind;
  return episode;
}

/** One more failure of an episode that is open. */
export function continueEpisode(episode: Episode, fact: Fact<FindingObservation>): void {
  episode.lastFailMs = Math.max(episode.lastFailMs, fact.atMs);
  episode.lastSeenMs = episode.lastFailMs;
  episode.strictestSeverity = stricter(episode.strictestSeverity, fact.body.severity);
  episode.detectorSuppressed = fact.body.verdict === 'suppressed';
  if (fact.trace && !episode.traceIds.includes(fact.trace.traceId) && episode.traceIds.length < 8) {
    episode.traceIds.push(fact.trace.traceId);
  }
}

/** The failure came back at once: the close is void and the episode goes on. */
function resume(episode: Episode, fact: Fact<FindingObservation>): void {
  delete episode.clocks.t_verify;
  delete episode.clocks.t_close;
  delete episode.clocks.t_remediate;
  delete episode.closeReason;
  delete episode.fixChangeId;
  delete episode.fixActor;
  episode.state = 'open';
  episode.flaps += 1;
  continueEpisode(episode, fact);
}

function verify(
  episode: Episode,
  fact: Fact<FindingObservation> | Fact<ScanObservation>,
  changes: readonly Fact<ChangeObservation>[],
): void {
  const clock = clockOf(fact, fact.body.detector);
  episode.lastSeenMs = Math.max(episode.lastSeenMs, fact.atMs);
  // Dismissed in the detector, then gone: never a fix.
  if (episode.detectorSuppressed) {
    close(episode, 'out_of_scope', clock);
    return;
  }
  episode.clocks.t_verify = clock;
  const fix = fixingChange(episode, changes, fact.atMs);
  if (fix) setRemediation(episode, fix);
  close(episode, 'remediated_verified', clock);
}

/** Of the changes that can affect the rule, the last one before the proof and after the last failure. */
function fixingChange(
  episode: Episode,
  changes: readonly Fact<ChangeObservation>[],
  untilMs: number,
): Fact<ChangeObservation> | undefined {
  const after = changes.filter(
    (change) => change.atMs > (episode.clocks.t_detect?.atMs ?? 0) && change.atMs <= untilMs,
  );
  return after.findLast((change) => change.atMs >= episode.lastFailMs) ?? after.at(-1);
}

function claimRemediation(episode: Episode, changes: readonly Fact<ChangeObservation>[]): void {
  if (episode.state === 'closed') return;
  const claim = changes.findLast((change) => change.atMs > episode.lastFailMs);
  if (claim) setRemediation(episode, claim);
}

function setRemediation(episode: Episode, change: Fact<ChangeObservation>): void {
  episode.clocks.t_remediate = clockOf(change, change.source.format);
  episode.fixChangeId = change.body.nativeId;
  episode.fixActor = change.body.actor;
}

function label(episode: Episode, fact: Fact<VerdictInput>): void {
  const wasDismissed = isDismissed(episode);
  episode.verdict = fact.body.verdict;
  if (fact.body.verdict === 'fp' || fact.body.verdict === 'duplicate') {
    close(episode, fact.body.verdict === 'fp' ? 'false_positive' : 'duplicate', clockOf(fact, 'verdict'));
  } else if (wasDismissed) {
    // Re-classified: what was dismissed counts again.
    delete episode.closeReason;
    delete episode.clocks.t_close;
    episode.state = 'open';
    if (episode.clocks.t_verify) close(episode, 'remediated_verified', episode.clocks.t_verify);
  }
}

function close(episode: Episode, reason: CloseReason, clock: Clock): void {
  episode.state = 'closed';
  episode.closeReason = reason;
  episode.clocks.t_close = clock;
}

function clockOf(fact: Fact, source: string): Clock {
  return { atMs: fact.atMs, source, precision: 'exact', recvMs: fact.recvMs, factId: fact.id };
}

function closedAt(episode: Episode): number {
  return episode.clocks.t_close?.atMs ?? Number.NEGATIVE_INFINITY;
}

export function isFixed(episode: Episode): boolean {
  return episode.closeReason === 'remediated_verified' || episode.closeReason === 'remediated_by_deletion';
}

export function isDismissed({ closeReason }: { closeReason?: CloseReason | undefined }): boolean {
  return closeReason === 'false_positive' || closeReason === 'duplicate';
}

function isFlap(episode: Episode, atMs: number, policy: EpisodePolicy): boolean {
  return episode.closeReason === 'remediated_verified' && atMs - closedAt(episode) <= policy.flapMergeMs;
}
