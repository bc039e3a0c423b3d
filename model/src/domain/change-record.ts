import type { Fact } from './fact.ts';
import type { ChangeObservation, GateObservation } from './observation.ts';

/** One run of one gate. */
export interface GateRun {
  id: string;
  gate: string;
  verdict: GateObservation['verdict'];
  enforced: boolean;
  overridden: boolean;
  gateType?: string;
  rules?: string[];
  durationSeconds?: number;
  atMs: number;
}

/** What happened to the revision: committed, built, deployed, applied. */
export interface ChangeStep {
  id: string;
  changeKind: ChangeObservation['changeKind'];
  outcome: ChangeObservation['outcome'];
  ref?: string;
  title?: string;
  environment?: string;
  assets: string[];
  atMs: number;
}

/** M4's unit: a revision of a repository with its gates and its way to production. Lists are by event time, then id. */
export interface ChangeRecord {
  tenant: string;
  repository: string;
  revision: string;
  runs: GateRun[];
  steps: ChangeStep[];
  /** False while all that is known of it is history. */
  live: boolean;
}

export function mergeChange(known: ChangeRecord | undefined, fact: Fact): ChangeRecord {
  const { body } = fact;
  if (body.kind === 'gate') {
    const { kind: _kind, repository, revision, links: _links, runId: _runId, overridden, ...run } = body;
    const record = known ?? newRecord(fact.tenant, repository, revision);
    const runs = insert(record.runs, { ...run, id: fact.id, overridden: overridden ?? false });
    return { ...record, runs, live: record.live || fact.origin === 'live' };
  }
  if (body.kind !== 'change' || body.vcs?.revision === undefined) throw new Error(`${body.kind} is of no revision`);
  const { repository, revision, ref } = body.vcs;
  const record = known ?? newRecord(fact.tenant, repository, revision);
  const step: ChangeStep = {
    id: fact.id,
    changeKind: body.changeKind,
    outcome: body.outcome,
    assets: body.assets.map((asset) => asset.id),
    atMs: body.atMs,
  };
  if (ref !== undefined) step.ref = ref;
  if (body.title !== undefined) step.title = body.title;
  if (body.environment !== undefined) step.environment = body.environment;
  return { ...record, steps: insert(record.steps, step), live: record.live || fact.origin === 'live' };
}

function newRecord(tenant: string, repository: string, revision: string): ChangeRecord {
  return { tenant, repository, revision, runs: [], steps: [], live: false };
}

/** When the change was made: its commit, else the first that is known of it. Late verdicts do not move it. */
export function changeTime(record: ChangeRecord): number {
  const commit = record.steps.find((step) => step.changeKind === 'commit');
  return commit?.atMs ?? Math.min(...[...record.steps, ...record.runs].map((one) => one.atMs));
}

/** The final verdict of each gate among the runs up to `untilMs`: retries collapse to the last. */
export function finalRuns(record: ChangeRecord, untilMs: number): GateRun[] {
  const last = new Map<string, GateRun>();
  for (const run of record.runs) if (run.atMs <= untilMs) last.set(run.gate, run);
  return [...last.values()];
}

function insert<T extends { atMs: number; id: string }>(sorted: readonly T[], item: T): T[] {
  const at = sorted.findLastIndex((one) => one.atMs < item.atMs || (one.atMs === item.atMs && one.id < item.id)) + 1;
  return sorted.toSpliced(at, 0, item);
}
