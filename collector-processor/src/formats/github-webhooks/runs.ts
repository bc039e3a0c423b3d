import type { ChangeObservation, Envelope, GateObservation, JsonObject, Observation } from '@cnapp-slo/model';
import { repositoryAsset } from '../canonical-id.ts';
import { actorOf, change } from '../observe.ts';
import { at, bool, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** Names that say of themselves that they only advise. */
const ADVISORY = /\b(audit|dry[- ]?run|advisory|informational|optional|experimental|non[- ]?blocking)\b/i;

/** GitHub conclusions and CI results as gate verdicts: what was cancelled or never ran decided nothing. */
export function gateVerdict(conclusion: string | undefined): GateObservation['verdict'] {
  const word = conclusion?.toLowerCase() ?? '';
  if (/^(success|succeeded|passed|pass|ok)$/.test(word)) return 'pass';
  if (/^(failure|failed|fail|rejected|action_required)$/.test(word)) return 'fail';
  return /^(timed_out|timeout|startup_failure|error|errored)$/.test(word) ? 'error' : 'skipped';
}

/** Whether a gate's failure blocks: attribute `cnapp.gate.enforced`, else yes unless its name says that it only advises. */
export function isEnforced(gate: string, envelope: Envelope): boolean {
  return (
    bool(envelope.attributes, 'cnapp.gate.enforced') ??
    bool(envelope.resource, 'cnapp.gate.enforced') ??
    !ADVISORY.test(gate)
  );
}

/** A completed run is a build and the final verdict of its workflow on the head commit; a scheduled one judges no change. */
export function runObservations(run: JsonObject, doc: JsonObject, envelope: Envelope): Observation[] {
  const repository = repositoryAsset(
    str(doc, 'repository', 'html_url') ??
      str(run, 'repository', 'html_url') ??
      str(doc, 'repository', 'full_name') ??
      '_',
  );
  const name = str(run, 'name') ?? str(doc, 'workflow', 'name') ?? 'workflow';
  const atMs = eventTime(envelope, run.updated_at, run.run_started_at, run.created_at);
  const runId = [str(run, 'id') ?? '_', str(run, 'run_attempt') ?? '1'].join('.');
  const conclusion = str(run, 'conclusion');
  const login = str(run, 'triggering_actor', 'login') ?? str(run, 'actor', 'login') ?? str(doc, 'sender', 'login');
  const actor = actorOf(login, at(doc, 'sender', 'type') === 'Bot' ? 'automation' : 'human');
  if (conclusion === undefined)
    return [
      {
        kind: 'activity',
        action: `github:workflow_run:${str(doc, 'action') ?? 'requested'}`,
        atMs,
        actor,
        asset: repository,
      },
    ];
  const url = str(run, 'html_url');
  const revision = str(run, 'head_sha');
  const verdict = gateVerdict(conclusion);
  const ref = str(run, 'head_branch');
  const built = change({
    nativeId: runId,
    changeKind: 'build',
    action: 'github:workflow_run',
    atMs,
    assets: [repository],
    actor,
    outcome: verdict === 'pass' ? 'success' : verdict === 'skipped' ? 'unknown' : 'failure',
    title: `${name}: ${str(run, 'display_title') ?? str(run, 'head_commit', 'message')?.split('\n')[0] ?? conclusion}`,
    ...(revision === undefined ? {} : { vcs: vcsOf(repository.id, revision, ref) }),
    pipeline: { name, runId, ...(url === undefined ? {} : { url }) },
    links: url === undefined ? undefined : [{ rel: 'pipeline', href: url }],
  });
  if (revision === undefined || str(run, 'event') === 'schedule') return [built];
  return [built, gate(repository.id, revision, name, verdict, atMs, runId, url, envelope)];
}

/** A completed check of an app (a scanner's, a policy's) is a gate on its head commit. */
export function checkObservations(check: JsonObject, doc: JsonObject, envelope: Envelope): Observation[] {
  const repository = repositoryAsset(str(doc, 'repository', 'html_url') ?? str(doc, 'repository', 'full_name') ?? '_');
  const atMs = eventTime(envelope, check.completed_at, check.started_at);
  const revision = str(check, 'head_sha');
  const conclusion = str(check, 'conclusion');
  if (revision === undefined || conclusion === undefined) {
    return [
      { kind: 'activity', action: `github:check_run:${str(doc, 'action') ?? 'created'}`, atMs, asset: repository },
    ];
  }
  return [
    gate(
      repository.id,
      revision,
      str(check, 'name') ?? 'check',
      gateVerdict(conclusion),
      atMs,
      str(check, 'id') ?? '_',
      str(check, 'html_url'),
      envelope,
    ),
  ];
}

function gate(
  repository: string,
  revision: string,
  name: string,
  verdict: GateObservation['verdict'],
  atMs: number,
  runId: string,
  url: string | undefined,
  envelope: Envelope,
): GateObservation {
  return {
    kind: 'gate',
    repository,
    revision,
    gate: name,
    verdict,
    enforced: isEnforced(name, envelope),
    atMs,
    runId,
    ...(url === undefined ? {} : { links: [{ rel: 'pipeline', href: url }] }),
  };
}

function vcsOf(repository: string, revision: string, ref: string | undefined): NonNullable<ChangeObservation['vcs']> {
  return { repository, revision, ...(ref === undefined ? {} : { ref }) };
}
