import type { ChangeObservation } from '@cnapp-slo/model';

/** Finds changes that the ledger holds under a subject. */
export type ChangesOf = (subject: string) => ChangeObservation[];

/** Shorter numbers occur in names by chance. */
const SHORTEST_RUN_ID = 5;

/** Under which subjects a pipeline's or commit's change is found again by what it caused. */
export function lineageSubjects(tenant: string, change: ChangeObservation): string[] {
  const subjects: string[] = [];
  const runId = change.pipeline?.runId?.split('.')[0];
  if (runId !== undefined) subjects.push(runSubject(tenant, runId));
  const revision = change.vcs?.revision;
  if (revision !== undefined) subjects.push(revisionSubject(tenant, revision));
  return subjects;
}

/**
 * The change with the pipeline run and commit it came from, as far as they are proven: pipelines sign their cloud
 * sessions with the id of their run (`role-session-name`), and runs name their commit. Nothing is guessed from times.
 */
export function withLineage(tenant: string, change: ChangeObservation, changesOf: ChangesOf): ChangeObservation {
  const run = change.pipeline ? undefined : runOf(tenant, change, changesOf);
  const vcs = change.vcs ?? run?.vcs;
  const pipeline = change.pipeline ?? run?.pipeline;
  const commit = vcs?.revision === undefined ? undefined : commitOf(tenant, vcs.revision, changesOf);
  if (!run && !commit) return change;
  const links = [...(change.links ?? []), ...(run?.links ?? []), ...(commit?.links ?? [])];
  const joined: ChangeObservation = {
    ...change,
    links: links.filter((link, at) => links.findIndex((other) => other.href === link.href) === at),
  };
  if (pipeline) joined.pipeline = pipeline;
  if (vcs) joined.vcs = { ...vcs, ...commit?.vcs };
  return joined;
}

/** The run whose id stands in the name of the session that made the call. */
function runOf(tenant: string, change: ChangeObservation, changesOf: ChangesOf): ChangeObservation | undefined {
  const session = change.actor.id.split(/[/:]/).at(-1) ?? '';
  for (const number of session.match(/\d+/g) ?? []) {
    if (number.length < SHORTEST_RUN_ID) continue;
    const run = changesOf(runSubject(tenant, number)).find((candidate) => candidate.pipeline !== undefined);
    if (run) return run;
  }
  return undefined;
}

function commitOf(tenant: string, revision: string, changesOf: ChangesOf): ChangeObservation | undefined {
  return changesOf(revisionSubject(tenant, revision)).find((candidate) => candidate.changeKind === 'commit');
}

function runSubject(tenant: string, runId: string): string {
  return `p:${tenant}:${runId}`;
}

function revisionSubject(tenant: string, revision: string): string {
  return `v:${tenant}:${revision}`;
}
