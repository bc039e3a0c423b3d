import type { AssetRef, Envelope, JsonObject, Observation } from '@cnapp-slo/model';
import { clusterOf, groupOfApiVersion, kubernetesAsset, workloadAsset } from './canonical-id.ts';
import { contextOfTags, deleted, present } from './inventory.ts';
import { obj, objects, str } from './read.ts';
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
    const reason = str(object, 'reason') ?? 'event';
    return [
      {
        kind: 'activity',
        action: `k8s:event:${reason}`,
        atMs: eventTime(envelope, object.lastTimestamp, object.eventTime, str(object, 'metadata', 'creationTimestamp')),
      },
    ];
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
  const seen = present(asset, Math.max(atMs, seenMs), contextOfTags(labels));
  const running = runningImages(object);
  return [running.length === 0 ? seen : { ...seen, relations: running.map((to) => ({ rel: 'runs_image', to })) }];
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
