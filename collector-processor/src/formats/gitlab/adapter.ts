import type { Decoded, Envelope, FormatAdapter, Json, JsonObject, Observation } from '@cnapp-slo/model';
import { repositoryAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { gateVerdict, isEnforced } from '../github-webhooks/runs.ts';
import { accept, actorOf, change, reject } from '../observe.ts';
import { at, bool, isObject, obj, objects, str } from '../read.ts';
import { eventTime } from '../time.ts';
import { decodeReport, isReport } from './report.ts';
import { isVulnerability, vulnerability } from './vulnerability.ts';

/** GitLab webhooks and security reports. Sources: docs.gitlab.com/user/project/integrations/webhook_events, gitlab.com/gitlab-org/security-products/security-report-schemas. */
export const gitlab: FormatAdapter = {
  id: 'gitlab',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    ((typeof doc.object_kind === 'string' &&
      ('project' in doc || 'project_id' in doc || 'user' in doc || 'repository' in doc || isVulnerability(doc))) ||
      isReport(doc)),
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('gitlab.schema', 'not an object');
  return typeof doc.object_kind === 'string' ? accept(...decodeHook(doc, envelope)) : decodeReport(doc, envelope);
}

function decodeHook(doc: JsonObject, envelope: Envelope): Observation[] {
  const attributes = obj(doc, 'object_attributes');
  if (isVulnerability(doc)) return [vulnerability(attributes, envelope)];
  const url = str(doc, 'project', 'web_url') ?? str(doc, 'repository', 'homepage') ?? str(doc, 'repository', 'url');
  const repository = repositoryAsset(url ?? str(doc, 'project_name') ?? '_', 'gitlab.com');
  const user = str(doc, 'user', 'username') ?? str(doc, 'user_username') ?? str(doc, 'user', 'name');
  const actor = actorOf(user, user === undefined || /bot/i.test(user) ? 'automation' : 'human');
  const kind = str(doc, 'object_kind') ?? 'event';
  if (kind === 'push' || kind === 'tag_push') return push(doc, envelope, repository, actor);
  if (kind === 'pipeline') return pipeline(attributes, doc, envelope, repository, actor);
  if (kind === 'build' || kind === 'job') return job(doc, envelope, repository, actor);
  if (kind === 'deployment') return deployment(doc, envelope, repository, actor);
  const atMs = eventTime(envelope, attributes.updated_at, attributes.created_at);
  return [
    {
      kind: 'activity',
      action: `gitlab:${kind}:${str(attributes, 'action') ?? str(attributes, 'state') ?? 'sent'}`,
      atMs,
      actor,
      asset: repository,
    },
  ];
}

type Asset = ReturnType<typeof repositoryAsset>;
type Actor = ReturnType<typeof actorOf>;
const PENDING = /^(created|pending|running|waiting_for_resource|preparing|scheduled|manual)$/;

function push(doc: JsonObject, envelope: Envelope, repository: Asset, actor: Actor): Observation[] {
  const revision = str(doc, 'after') ?? str(doc, 'checkout_sha') ?? '_';
  const head = objects(doc, 'commits').at(-1);
  const atMs = eventTime(envelope, at(head, 'timestamp'));
  if (/^0+$/.test(revision))
    return [{ kind: 'activity', action: 'gitlab:push:deleted', atMs, actor, asset: repository }];
  const ref = str(doc, 'ref');
  const message = str(head, 'title') ?? str(head, 'message');
  return [
    change({
      nativeId: `${repository.id}@${revision}`,
      changeKind: 'commit',
      action: 'gitlab:push',
      atMs,
      assets: [repository],
      actor,
      outcome: 'success',
      title: message?.split('\n')[0],
      vcs: { repository: repository.id, revision, ...(ref === undefined ? {} : { ref }), author: actor.id },
    }),
  ];
}

function pipeline(
  attributes: JsonObject,
  doc: JsonObject,
  envelope: Envelope,
  repository: Asset,
  actor: Actor,
): Observation[] {
  const status = str(attributes, 'status') ?? 'unknown';
  const atMs = eventTime(envelope, attributes.finished_at, attributes.created_at);
  if (PENDING.test(status))
    return [{ kind: 'activity', action: `gitlab:pipeline:${status}`, atMs, actor, asset: repository }];
  const verdict = gateVerdict(status);
  const runId = str(attributes, 'id') ?? contentId(attributes);
  const url =
    str(attributes, 'url') ??
    (str(doc, 'project', 'web_url') === undefined
      ? undefined
      : `${str(doc, 'project', 'web_url')}/-/pipelines/${runId}`);
  const revision = str(attributes, 'sha');
  const name = str(attributes, 'name') ?? 'pipeline';
  const built = change({
    nativeId: `pipeline:${runId}`,
    changeKind: 'build',
    action: 'gitlab:pipeline',
    atMs,
    assets: [repository],
    actor,
    outcome: verdict === 'pass' ? 'success' : verdict === 'skipped' ? 'unknown' : 'failure',
    title: `pipeline ${status}`,
    vcs: { repository: repository.id, ...(revision === undefined ? {} : { revision }) },
    pipeline: { name, runId, ...(url === undefined ? {} : { url }) },
  });
  if (revision === undefined || str(attributes, 'source') === 'schedule') return [built];
  return [
    built,
    {
      kind: 'gate',
      repository: repository.id,
      revision,
      gate: name,
      verdict,
      enforced: isEnforced(name, envelope),
      atMs,
      runId,
    },
  ];
}

/** A finished job is a gate under its name; one that may fail does not block. */
function job(doc: JsonObject, envelope: Envelope, repository: Asset, actor: Actor): Observation[] {
  const status = str(doc, 'build_status') ?? 'unknown';
  const atMs = eventTime(envelope, doc.build_finished_at, doc.build_started_at, doc.build_created_at);
  const revision = str(doc, 'sha');
  const name = str(doc, 'build_name') ?? 'job';
  if (PENDING.test(status) || revision === undefined)
    return [{ kind: 'activity', action: `gitlab:job:${status}`, atMs, actor, asset: repository }];
  const enforced = bool(doc, 'build_allow_failure') !== true && isEnforced(name, envelope);
  return [
    {
      kind: 'gate',
      repository: repository.id,
      revision,
      gate: name,
      verdict: gateVerdict(status),
      enforced,
      atMs,
      runId: str(doc, 'build_id') ?? name,
    },
  ];
}

function deployment(doc: JsonObject, envelope: Envelope, repository: Asset, actor: Actor): Observation[] {
  const status = str(doc, 'status') ?? 'unknown';
  const atMs = eventTime(envelope, doc.status_changed_at);
  if (status !== 'success' && status !== 'failed')
    return [{ kind: 'activity', action: `gitlab:deployment:${status}`, atMs, actor, asset: repository }];
  const url = str(doc, 'deployable_url');
  // `commit_url` ends in the full hash, `short_sha` does not identify the commit.
  const revision = str(doc, 'commit_url')?.split('/').at(-1) ?? str(doc, 'short_sha');
  return [
    change({
      nativeId: `deployment:${str(doc, 'deployment_id') ?? contentId(doc)}:${status}`,
      changeKind: 'deploy',
      action: 'gitlab:deployment',
      atMs,
      assets: [repository],
      actor,
      outcome: status === 'success' ? 'success' : 'failure',
      environment: str(doc, 'environment'),
      service: str(doc, 'project', 'name'),
      title: str(doc, 'commit_title'),
      vcs: { repository: repository.id, ...(revision === undefined ? {} : { revision }) },
      links: url === undefined ? undefined : [{ rel: 'pipeline', href: url }],
    }),
  ];
}
