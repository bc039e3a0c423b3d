import type { GateRun } from '../../domain/change-record.ts';
import { changeTime, finalRuns } from '../../domain/change-record.ts';
import { isDismissed } from '../../domain/episodes-of.ts';
import { isAtLeast } from '../../domain/severity.ts';
import { counted, tally } from '../members.ts';
import type { ChangeView, SliComputation, SliInput, SliMember } from '../sli.ts';
import { quantile, share } from '../statistics.ts';

const PROTECTED = /^(?:refs\/heads\/)?(?:main|master|trunk|production|prod|release(?:[/-].*)?)$/;

/** M4: changes by the time they were made, with the final verdict of each gate. */
export function compute(input: SliInput): SliComputation {
  const members: SliMember[] = [];
  const gates = { asked: 0, withoutVerdict: 0 };
  const advisory = { decided: 0, failed: 0 };
  const guarded = { all: 0, gated: 0 };
  const seconds: number[] = [];
  let overridden = 0;
  for (const view of input.changes) {
    const { record } = view;
    const atMs = changeTime(record);
    if (atMs <= input.fromMs || atMs > input.toMs) continue;
    const runs = finalRuns(record, input.toMs);
    const enforced = runs.filter((run) => run.enforced);
    const decided = enforced.filter(isDecided);
    const advice = runs.filter((run) => !run.enforced && isDecided(run));
    gates.asked += enforced.length;
    gates.withoutVerdict += enforced.length - decided.length;
    if (advice.length > 0) advisory.decided += 1;
    if (advice.some((run) => run.verdict === 'fail')) advisory.failed += 1;
    for (const { durationSeconds, atMs: ranMs } of record.runs)
      if (durationSeconds !== undefined && ranMs <= input.toMs) seconds.push(durationSeconds);
    const isGuarded = record.steps.some((step) => step.ref !== undefined && PROTECTED.test(step.ref));
    if (isGuarded) guarded.all += 1;
    if (isGuarded && decided.length > 0) guarded.gated += 1;
    const member = memberOf(view, enforced, decided, runs.length > 0);
    if (member.reason === 'overridden') overridden += 1;
    if (runs.length > 0 || isGuarded) members.push(member);
  }
  const { good, bad } = tally(members);
  return {
    value: share(bad, good + bad),
    good,
    bad,
    members,
    companions: {
      would_block_rate: share(advisory.failed, advisory.decided),
      override_rate: share(overridden, bad),
      gate_coverage: share(guarded.gated, guarded.all),
      gate_error_rate: share(gates.withoutVerdict, gates.asked),
      gate_p95_seconds: quantile(seconds, 0.95),
      escape_rate: escapeRate(input),
      checked_before_deploy: checkedBeforeDeploy(input),
    },
  };
}

/** Of episodes nothing is told but a companion. */
export function concerns(): boolean {
  return false;
}

function memberOf(
  { record, asset }: ChangeView,
  enforced: readonly GateRun[],
  decided: readonly GateRun[],
  hasRuns: boolean,
): SliMember {
  const failed = decided.filter((run) => run.verdict === 'fail');
  const title = record.steps.find((step) => step.title !== undefined)?.title ?? record.revision.slice(0, 12);
  const subject = { title, assetId: record.repository, team: asset?.team ?? 'unowned' };
  const id = `${record.repository}@${record.revision}`;
  if (failed.length > 0) return counted(id, 'bad', failed.some((run) => run.overridden) ? 'overridden' : null, subject);
  if (decided.length > 0) return counted(id, 'good', null, subject);
  return counted(id, 'excluded', enforced.length > 0 ? 'gate_error' : hasRuns ? 'not_enforced' : 'no_gate', subject);
}

function isDecided(run: GateRun): boolean {
  return run.verdict === 'pass' || run.verdict === 'fail';
}

/** Null while no gate says which rules it enforces. */
function escapeRate({ changes, episodes, fromMs, toMs }: SliInput): number | null {
  const since = new Map<string, number>();
  for (const { record } of changes) {
    for (const { enforced, rules = [], atMs } of record.runs)
      if (enforced) for (const rule of rules) since.set(rule, Math.min(since.get(rule) ?? atMs, atMs));
  }
  if (since.size === 0) return null;
  let all = 0;
  let escaped = 0;
  for (const { episode } of episodes) {
    const detectMs = episode.clocks.t_detect?.atMs ?? 0;
    const isProduction = episode.detectorClass !== 'runtime' && episode.detectorClass !== 'identity';
    if (detectMs <= fromMs || detectMs > toMs || !isProduction || !isAtLeast(episode.severity, 'high')) continue;
    if (isDismissed(episode) || episode.cohort === 'baseline' || episode.detectorClass === 'drift') continue;
    all += 1;
    const startMs = episode.clocks.t_change?.atMs ?? detectMs;
    if ((since.get(episode.rule) ?? Number.POSITIVE_INFINITY) < startMs) escaped += 1;
  }
  return share(escaped, all);
}

/** The brief's SLO: critical changes that had passed every enforced gate when they were first delivered. */
function checkedBeforeDeploy({ changes, fromMs, toMs }: SliInput): number | null {
  let delivered = 0;
  let checked = 0;
  for (const { record, criticality } of changes) {
    if (criticality !== 'c0' && criticality !== 'c1') continue;
    const step = record.steps.find(
      ({ changeKind, outcome }) => (changeKind === 'deploy' || changeKind === 'apply') && outcome !== 'failure',
    );
    if (!step || step.atMs <= fromMs || step.atMs > toMs) continue;
    delivered += 1;
    const enforced = finalRuns(record, step.atMs).filter((run) => run.enforced);
    if (enforced.length > 0 && enforced.every((run) => run.verdict === 'pass')) checked += 1;
  }
  return share(checked, delivered);
}
