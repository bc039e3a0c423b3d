import type {
  Actor,
  AssetRef,
  Decoded,
  Envelope,
  FormatAdapter,
  Json,
  JsonObject,
  Observation,
} from '@cnapp-slo/model';
import { repositoryAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { gateVerdict, isEnforced } from '../github-webhooks/runs.ts';
import { accept, actorOf, change, reject } from '../observe.ts';
import { isObject, obj, objects, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** Azure DevOps service hooks. Source: learn.microsoft.com/azure/devops/service-hooks/events. */
export const azureDevops: FormatAdapter = {
  id: 'azure-devops',
  stability: 'alpha',
  matches: (doc) =>
    isObject(doc) &&
    typeof doc.eventType === 'string' &&
    typeof doc.publisherId === 'string' &&
    ('resource' in doc || 'notificationId' in doc),
  decode,
};

/** Runs and builds that are over are a build and a gate on their version; everything else is context. */
function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('azure-devops.schema', 'not an object');
  const type = str(doc, 'eventType') ?? 'event';
  const resource = obj(doc, 'resource');
  const run = isObject(resource.run) ? resource.run : resource;
  const atMs = eventTime(envelope, run.finishedDate, run.finishTime, resource.date, doc.createdDate, run.createdDate);
  const requestedBy =
    str(resource, 'requestedBy', 'uniqueName') ??
    str(resource, 'requestedFor', 'uniqueName') ??
    str(objects(resource, 'requests')[0], 'requestedFor', 'uniqueName') ??
    str(resource, 'pushedBy', 'uniqueName') ??
    str(resource, 'requestedBy', 'displayName');
  const actor = actorOf(requestedBy);
  // Version 1.0 of a build says in its status how it ended.
  const result =
    str(run, 'result') ?? /^(succeeded|partiallySucceeded|failed|stopped)$/.exec(str(resource, 'status') ?? '')?.[0];
  const used = Object.values(obj(run, 'resources', 'repositories')).filter(isObject)[0];
  const repository =
    str(used, 'repository', 'url') ??
    str(resource, 'repository', 'remoteUrl') ??
    str(resource, 'repository', 'url') ??
    str(used, 'repository', 'fullName');
  const revision =
    str(used, 'version') ??
    str(resource, 'sourceVersion') ??
    /[0-9a-f]{40}$/.exec(str(resource, 'sourceGetVersion') ?? '')?.[0] ??
    str(objects(resource, 'commits')[0], 'commitId');
  const host = str(used, 'repository', 'type') === 'gitHub' ? 'github.com' : 'dev.azure.com';
  const asset = repository === undefined ? undefined : repositoryAsset(repository, host);
  if (type === 'git.push' && asset !== undefined) return accept(push(resource, asset, actor, atMs));
  if (type === 'ms.vss-release.deployment-completed-event') return accept(deployment(resource, actor, atMs));
  if (result === undefined || !/run-state|build\.complete|stage-state/.test(type)) {
    return accept({
      kind: 'activity',
      action: `azure-devops:${type}`,
      atMs,
      actor,
      ...(asset === undefined ? {} : { asset }),
    });
  }
  const verdict = gateVerdict(result);
  const name = str(resource, 'pipeline', 'name') ?? str(resource, 'definition', 'name') ?? 'pipeline';
  const runId = str(run, 'id') ?? contentId(run);
  const observations: Observation[] = [
    change({
      nativeId: runId,
      changeKind: 'build',
      action: 'azure-devops:run',
      atMs,
      assets: asset === undefined ? [] : [asset],
      actor,
      outcome: verdict === 'pass' ? 'success' : verdict === 'skipped' ? 'unknown' : 'failure',
      title: `${name} ${str(run, 'name') ?? ''}`.trim(),
      vcs: asset === undefined ? undefined : { repository: asset.id, ...(revision === undefined ? {} : { revision }) },
      pipeline: { name, runId },
    }),
  ];
  if (asset !== undefined && revision !== undefined) {
    observations.push({
      kind: 'gate',
      repository: asset.id,
      revision,
      gate: name,
      verdict,
      enforced: isEnforced(name, envelope),
      atMs,
      runId,
    });
  }
  return accept(...observations);
}

/** A push is a commit with its first ref's new head; the removal of a ref changes no code. */
function push(resource: JsonObject, asset: AssetRef, actor: Actor, atMs: number): Observation {
  const update = objects(resource, 'refUpdates')[0];
  const revision = str(update, 'newObjectId') ?? str(objects(resource, 'commits')[0], 'commitId') ?? '_';
  if (/^0+$/.test(revision)) return { kind: 'activity', action: 'azure-devops:push:deleted', atMs, actor, asset };
  const ref = str(update, 'name');
  return change({
    nativeId: `${asset.id}@${revision}`,
    changeKind: 'commit',
    action: 'azure-devops:push',
    atMs,
    assets: [asset],
    actor,
    outcome: 'success',
    title: str(objects(resource, 'commits')[0], 'comment')?.split('\n')[0],
    vcs: { repository: asset.id, revision, author: actor.id, ...(ref === undefined ? {} : { ref }) },
  });
}

/** The end of a stage of a classic release. */
function deployment(resource: JsonObject, actor: Actor, atMs: number): Observation {
  const environment = obj(resource, 'environment');
  const verdict = gateVerdict(str(environment, 'status'));
  const release = str(environment, 'release', 'name') ?? str(resource, 'release', 'name');
  return change({
    // Another attempt has the same id.
    nativeId: `deployment:${str(environment, 'id') ?? contentId(resource)}@${atMs}`,
    changeKind: 'deploy',
    action: 'azure-devops:deployment',
    atMs,
    assets: [],
    actor,
    outcome: verdict === 'pass' ? 'success' : verdict === 'skipped' ? 'unknown' : 'failure',
    service: str(resource, 'project', 'name'),
    environment: str(environment, 'name'),
    title: release,
  });
}
