import type { AssetContext, AssetRef, Envelope, JsonObject, Observation, Relation } from '@cnapp-slo/model';
import { clusterOf, groupOfApiVersion, kubernetesAsset, workloadAsset } from './canonical-id.ts';
import { contextOfTags, deleted, present } from './inventory.ts';
import { isObject, num, obj, objects, str } from './read.ts';
import { eventTime } from './time.ts';

/** Kinds that only exist for another: seen, they say that their controller is there. */
const EPHEMERAL = /^(pod|replicaset|job)$/i;

/** What an ordinary Kubernetes object says: that it is there (or gone), and what its labels tell. */
export function observeObject(
  object: JsonObject,
  envelope: Envelope,
  fallback: { kind?: string; apiVersion?: string | undefined } = {},
): Observation[] {
  const kind = str(object, 'kind') ?? fallback.kind ?? '_';
  const name = str(object, 'metadata', 'name');
  if (name === undefined) return [];
  // Events are no assets.
  if (kind === 'Event') {
    return [eventActivity(object, envelope)];
  }
  const asset = objectAsset(object, kind, name, envelope, fallback.apiVersion);
  const atMs = eventTime(envelope, str(object, 'metadata', 'creationTimestamp'));
  const seenMs = envelope.recordTimeMs ?? envelope.receivedMs;
  if (
    str(envelope.attributes, 'k8s.watch.type') === 'DELETED' ||
    str(envelope.attributes, 'event.type') === 'DELETED'
  ) {
    // A pod's end is not its workload's.
    return EPHEMERAL.test(kind) && asset.kind !== kind.toLowerCase()
      ? []
      : [deleted(asset, seenMs, 'kubernetes watch')];
  }
  const labels = { ...obj(object, 'metadata', 'annotations'), ...obj(object, 'metadata', 'labels') };
  const seen = present(asset, Math.max(atMs, seenMs), { ...contextOfTags(labels), ...exposureOf(object, kind) });
  const relations = relationsOf(object, kind, envelope);
  const self = relations.length === 0 ? seen : { ...seen, relations };
  const others = [exposedBy(object, kind, envelope, seen.atMs), scaledBy(object, kind, envelope, seen.atMs)];
  return [self, ...others.filter((other) => other !== undefined)];
}

/** Both spellings: core/v1 counts in `lastTimestamp`, events.k8s.io in a series. */
function eventActivity(event: JsonObject, envelope: Envelope): Observation {
  const about = isObject(event.involvedObject) ? event.involvedObject : obj(event, 'regarding');
  const [kind, name] = [str(about, 'kind'), str(about, 'name')];
  return {
    kind: 'activity',
    action: `k8s:event:${str(event, 'reason') ?? 'event'}`,
    atMs: eventTime(
      envelope,
      str(event, 'series', 'lastObservedTime'),
      event.lastTimestamp,
      event.deprecatedLastTimestamp,
      event.eventTime,
      str(event, 'metadata', 'creationTimestamp'),
    ),
    ...(kind !== undefined &&
      name !== undefined && {
        asset: workloadAsset({
          cluster: clusterOf(envelope),
          group: groupOfApiVersion(str(about, 'apiVersion')),
          kind,
          namespace: str(about, 'namespace'),
          name,
        }),
      }),
  };
}

const INTERNAL = /internal/i;

/** A load balancer or ingress is reached from the internet, unless an annotation makes it internal. */
function exposureOf(object: JsonObject, kind: string): AssetContext {
  const isEdge = kind === 'Ingress' || (kind === 'Service' && str(object, 'spec', 'type') === 'LoadBalancer');
  if (!isEdge) return {};
  const annotations = Object.entries(obj(object, 'metadata', 'annotations'));
  const isInternal = annotations.some(
    ([name, value]) =>
      (INTERNAL.test(name) && String(value) !== 'false') || (name.endsWith('/scheme') && value === 'internal'),
  );
  return { exposure: isInternal ? 'internal' : 'internet' };
}

/** An autoscaler says of its target that its size is not written down anywhere. */
function scaledBy(object: JsonObject, kind: string, envelope: Envelope, atMs: number): Observation | undefined {
  const target = obj(object, 'spec', 'scaleTargetRef');
  const name = str(target, 'name');
  if (!/^(HorizontalPodAutoscaler|ScaledObject)$/.test(kind) || name === undefined) return undefined;
  const keda = kind === 'ScaledObject';
  const reference = {
    cluster: clusterOf(envelope),
    group: groupOfApiVersion(str(target, 'apiVersion')),
    kind: str(target, 'kind') ?? 'Deployment',
    namespace: str(object, 'metadata', 'namespace'),
    name,
  };
  // What an absent bound means: Kubernetes' default for an HPA's minimum, KEDA's for both of its own.
  const min = num(object, 'spec', 'minReplicas') ?? num(object, 'spec', 'minReplicaCount') ?? (keda ? 0 : 1);
  const max = num(object, 'spec', 'maxReplicas') ?? num(object, 'spec', 'maxReplicaCount') ?? (keda ? 100 : undefined);
  return present(kubernetesAsset(reference), atMs, {
    scaledBy: `${kind.toLowerCase()}/${str(object, 'metadata', 'name') ?? name}`,
    ...(max === undefined ? {} : { scaleBounds: { min, max } }),
  });
}

/** What the object itself says: the digests it runs, the identity it runs as, the services it makes reachable. */
function relationsOf(object: JsonObject, kind: string, envelope: Envelope): Relation[] {
  const namespace = str(object, 'metadata', 'namespace');
  const cluster = clusterOf(envelope);
  const relations: Relation[] = runningImages(object).map((to) => ({ rel: 'runs_image', to }));
  const account =
    str(object, 'spec', 'serviceAccountName') ?? str(object, 'spec', 'template', 'spec', 'serviceAccountName');
  if (account !== undefined)
    relations.push({
      rel: 'assumes_role',
      to: kubernetesAsset({ cluster, kind: 'serviceaccount', namespace, name: account }).id,
    });
  if (kind === 'ServiceAccount') {
    const annotations = obj(object, 'metadata', 'annotations');
    const role = str(annotations, 'eks.amazonaws.com/role-arn') ?? str(annotations, 'iam.gke.io/gcp-service-account');
    if (role !== undefined) relations.push({ rel: 'assumes_role', to: role });
  }
  if (kind === 'Ingress') {
    const paths = objects(object, 'spec', 'rules').flatMap((rule) => objects(rule, 'http', 'paths'));
    const backends = [...paths.map((path) => obj(path, 'backend')), obj(object, 'spec', 'defaultBackend')];
    const names = backends.flatMap((backend) => str(backend, 'service', 'name') ?? []);
    for (const name of new Set(names))
      relations.push({ rel: 'exposes', to: kubernetesAsset({ cluster, kind: 'service', namespace, name }).id });
  }
  return relations;
}

/** An EndpointSlice is the proof of which workloads stand behind a service. */
function exposedBy(object: JsonObject, kind: string, envelope: Envelope, atMs: number): Observation | undefined {
  const service = str(object, 'metadata', 'labels', 'kubernetes.io/service-name');
  if (kind !== 'EndpointSlice' || service === undefined) return undefined;
  const namespace = str(object, 'metadata', 'namespace');
  const cluster = clusterOf(envelope);
  const workloads = objects(object, 'endpoints').flatMap((endpoint) => {
    const name = str(endpoint, 'targetRef', 'name');
    if (str(endpoint, 'targetRef', 'kind') !== 'Pod' || name === undefined) return [];
    return [workloadAsset({ cluster, kind: 'pod', namespace, name }).id];
  });
  const asset = kubernetesAsset({ cluster, kind: 'service', namespace, name: service });
  return { ...present(asset, atMs), relations: [...new Set(workloads)].map((to) => ({ rel: 'exposes', to })) };
}

/** What a pod's containers run, by the digest that the kubelet pulled: `docker-pullable://repository@sha256:…`. */
function runningImages(object: JsonObject): string[] {
  const statuses = objects(object, 'status', 'containerStatuses');
  const ids = statuses.flatMap((status) => {
    const id = str(status, 'imageID')?.replace(/^[a-z-]+:\/\//, '');
    return id?.includes('@sha256:') ? [id] : [];
  });
  return [...new Set(ids)];
}

function objectAsset(
  object: JsonObject,
  kind: string,
  name: string,
  envelope: Envelope,
  apiVersion: string | undefined,
): AssetRef {
  const reference = {
    cluster: clusterOf(envelope),
    group: groupOfApiVersion(str(object, 'apiVersion') ?? apiVersion),
    kind,
    namespace: str(object, 'metadata', 'namespace'),
    name,
    uid: str(object, 'metadata', 'uid'),
  };
  if (!EPHEMERAL.test(kind)) return kubernetesAsset(reference);
  const owner =
    objects(object, 'metadata', 'ownerReferences').find((entry) => entry.controller === true) ??
    objects(object, 'metadata', 'ownerReferences')[0];
  const [ownerKind, ownerName] = [str(owner, 'kind'), str(owner, 'name')];
  return workloadAsset(
    reference,
    ownerKind === undefined || ownerName === undefined ? undefined : { kind: ownerKind, name: ownerName },
  );
}
