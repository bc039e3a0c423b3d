import type { AssetRef, Decoded, Envelope, FormatAdapter, Json, JsonObject, Observation } from '@cnapp-slo/model';
import { clusterOf, groupOfApiVersion, kubernetesAsset, workloadAsset } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { accept, actorOf, change, reject } from '../observe.ts';
import { isObject, num, obj, objects, str } from '../read.ts';
import { eventTime } from '../time.ts';
import { changedFields } from './fields.ts';
import { eventOfGke, isGkeEntry } from './gke.ts';

/** audit.k8s.io events, one a document, also abridged ones and GKE's log entries. Source: kubernetes.io/docs/reference/config-api/apiserver-audit.v1. */
export const k8sAudit: FormatAdapter = {
  id: 'k8s-audit',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    (str(doc, 'apiVersion')?.startsWith('audit.k8s.io/') === true ||
      (typeof doc.verb === 'string' &&
        (isObject(doc.objectRef) || 'requestURI' in doc) &&
        ('auditID' in doc || 'user' in doc)) ||
      // Abridged events keep the kind and the verb.
      (doc.kind === 'Event' && typeof doc.verb === 'string') ||
      isGkeEntry(doc)),
  decode,
};

const MUTATING = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
/** Bookkeeping of the control plane: reviews answer questions, leases and events come every few seconds. */
const NOISE =
  /^(leases|events|endpoints|endpointslices|tokenreviews|subjectaccessreviews|selfsubjectaccessreviews|selfsubjectrulesreviews|localsubjectaccessreviews|selfsubjectreviews)$/;
/** Subresources that act on an object without changing its declared state. */
const SESSION = /^(exec|attach|portforward|proxy|log|token|binding)$/;

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('k8s-audit.schema', 'not an object');
  const event = isGkeEntry(doc) ? eventOfGke(doc) : doc;
  const stage = str(event, 'stage');
  const subresource = str(event, 'objectRef', 'subresource');
  const session = subresource !== undefined && SESSION.test(subresource);
  const code = num(event, 'responseStatus', 'code');
  // A request has up to three stages under one auditID: the last one counts, and for sessions the one that says 101.
  if (stage === 'RequestReceived') return accept();
  if (stage === 'ResponseStarted' && !(session && code === 101)) return accept();
  if (stage === 'ResponseComplete' && session && code === 101) return accept();
  const verb = str(event, 'verb');
  if (verb === undefined) return reject('k8s-audit.schema', 'verb is missing');

  const resource = str(event, 'objectRef', 'resource');
  const group =
    str(event, 'objectRef', 'apiGroup') ?? groupOfApiVersion(str(event, 'objectRef', 'apiVersion')) ?? 'core';
  const action = `k8s:${group === '' ? 'core' : group}:${verb}:${resource ?? '_'}${subresource === undefined ? '' : `/${subresource}`}`;
  const atMs = eventTime(
    envelope,
    event.stageTimestamp,
    event.requestReceivedTimestamp,
    event.timestamp,
    str(event, 'metadata', 'creationTimestamp'),
  );
  const actor = actorOf(actingUser(event));
  const asset = resource === undefined ? undefined : assetOf(event, resource, group, envelope);
  // A dry run goes through admission and is not stored.
  const isDryRun = /[?&]dryRun=All/.test(str(event, 'requestURI') ?? '');
  const mutates =
    MUTATING.has(verb) &&
    resource !== undefined &&
    !session &&
    !isDryRun &&
    !NOISE.test(resource) &&
    subresource !== 'status';
  if (!mutates) return accept({ kind: 'activity', action, atMs, actor, ...(asset === undefined ? {} : { asset }) });

  const outcome = code === undefined ? 'unknown' : code < 400 ? 'success' : 'failure';
  const observations: Observation[] = [
    change({
      nativeId: str(event, 'auditID') ?? contentId(doc),
      changeKind: 'api',
      action,
      atMs,
      assets: asset === undefined ? [] : [asset],
      actor,
      outcome,
      fields: changedFields(event, subresource),
      replicas: num(event, 'requestObject', 'spec', 'replicas') ?? num(event, 'responseObject', 'spec', 'replicas'),
      title: `${verb} ${resource} by ${actor.id}`,
    }),
  ];
  // A pod's end is not its workload's.
  const own = asset !== undefined && asset.kind === singularOf(resource);
  if (verb === 'delete' && subresource === undefined && outcome === 'success' && own && !isPending(event)) {
    observations.push({ kind: 'asset', asset, state: 'deleted', atMs, cause: `${action} by ${actor.id}` });
  }
  return accept(...observations);
}

/** What has finalizers stays until they are done, namespaces have one always: the reply is then the object, being deleted. */
function isPending(event: JsonObject): boolean {
  const reply = obj(event, 'responseObject');
  return str(reply, 'metadata', 'deletionTimestamp') !== undefined || str(reply, 'status', 'phase') === 'Terminating';
}

/** Who acts: the impersonated identity where there is one, since its rights are used. */
function actingUser(event: JsonObject): string | undefined {
  const user = str(event, 'user', 'username') ?? str(event, 'user');
  const impersonated = str(event, 'impersonatedUser', 'username') ?? str(event, 'impersonatedUser');
  return impersonated ?? user;
}

function assetOf(event: JsonObject, resource: string, group: string, envelope: Envelope): AssetRef | undefined {
  const response = isObject(event.responseObject) ? event.responseObject : undefined;
  const request = isObject(event.requestObject) ? event.requestObject : undefined;
  // With generateName the request has no name: the response has.
  const name = str(event, 'objectRef', 'name') ?? str(response, 'metadata', 'name') ?? str(request, 'metadata', 'name');
  if (name === undefined) return undefined;
  const object = {
    cluster: str(event, 'cluster') ?? clusterOf(envelope),
    group,
    kind: resource,
    namespace: str(event, 'objectRef', 'namespace'),
    name,
    uid: str(event, 'objectRef', 'uid') ?? str(response, 'metadata', 'uid'),
  };
  if (resource !== 'pods' && resource !== 'replicasets' && resource !== 'jobs') return kubernetesAsset(object);
  const owner = objects(response ?? request, 'metadata', 'ownerReferences').find(
    (reference) => reference.controller === true,
  );
  const kind = str(owner, 'kind');
  const ownerName = str(owner, 'name');
  return workloadAsset(object, kind === undefined || ownerName === undefined ? undefined : { kind, name: ownerName });
}

function singularOf(resource: string): string {
  return kubernetesAsset({ cluster: undefined, kind: resource, name: '_' }).kind;
}
