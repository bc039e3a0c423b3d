import type { AssetRef, Envelope, JsonObject } from '@cnapp-slo/model';
import { assetOfResource } from '../aws-finding.ts';
import {
  awsAsset,
  azureAsset,
  clusterOf,
  gcpAsset,
  hostAsset,
  imageAsset,
  kubernetesAsset,
  principalAsset,
  workloadAsset,
} from '../canonical-id.ts';
import { at, firstStr, isObject, num, obj, objects, str } from '../read.ts';

/** The assets an OCSF event is about: its resources, else its container, device or observables. Never empty. */
export function assetsOf(event: JsonObject, envelope: Envelope): AssetRef[] {
  const resources = [...objects(event, 'resources'), ...objects(event, 'resource')];
  const affected = resources.filter((resource) => resource.role_id !== 2);
  const assets = affected
    .map((resource) => assetOfOcsfResource(resource, event, envelope))
    .filter((asset) => asset !== undefined);
  if (assets.length > 0) return assets;
  return [
    fromContainer(event) ??
      fromUser(event) ??
      fromObservables(event, envelope) ??
      fromDevice(event) ??
      assetOfAccount(event) ?? {
        id: `ocsf:${str(event, 'metadata', 'product', 'name') ?? '_'}`,
        kind: 'unknown',
        provider: 'other' as const,
      },
  ];
}

function assetOfOcsfResource(resource: JsonObject, event: JsonObject, envelope: Envelope): AssetRef | undefined {
  const uid = str(resource, 'uid');
  const name = str(resource, 'name');
  const id = [uid, str(resource, 'uid_alt')].find((candidate) => candidate?.startsWith('arn:')) ?? uid ?? name;
  if (id === undefined) return undefined;
  const type = str(resource, 'type');
  const provider = (str(event, 'cloud', 'provider') ?? '').toLowerCase();
  const account =
    str(event, 'cloud', 'account', 'uid') ??
    str(event, 'cloud', 'account_uid') ??
    str(resource, 'owner', 'account', 'uid');
  const region = str(resource, 'region') ?? str(event, 'cloud', 'region');
  if (provider === 'azure' || /^\/subscriptions\//i.test(id)) {
    return id.startsWith('/') ? azureAsset(id) : otherCloud('azure', account, type, id);
  }
  if (provider === 'gcp' || id.startsWith('//')) {
    return id.includes('/') ? gcpAsset(id, undefined, account) : otherCloud('gcp', account, type, id);
  }
  if (
    provider === 'kubernetes' ||
    type?.startsWith('Kubernetes') ||
    (provider === '' && resource.namespace !== undefined)
  ) {
    return kubernetesResource(resource, type, name ?? id, uid, envelope);
  }
  if (provider === 'aws' || id.startsWith('arn:') || type?.startsWith('AWS::') || type?.startsWith('Aws')) {
    return assetOfResource({ id, type, account, region }, resource.data ?? resource.details);
  }
  if (type !== undefined && /image|container/i.test(type)) return imageAsset(name ?? id);
  return {
    id: `${type?.toLowerCase() ?? 'resource'}:${id}`,
    kind: type?.toLowerCase() ?? 'resource',
    provider: 'other',
    name: name ?? id,
  };
}

function otherCloud(
  provider: 'azure' | 'gcp',
  account: string | undefined,
  type: string | undefined,
  id: string,
): AssetRef {
  const kind = type?.toLowerCase() ?? 'resource';
  return {
    id: `${provider}:${account ?? '_'}:${kind}:${id}`,
    kind,
    provider,
    name: id,
    ...(account === undefined ? {} : { account }),
  };
}

/** Prowler types name the component (`KubernetesAPIServer`, `KubernetesPod`); components run as pods. */
function kubernetesResource(
  resource: JsonObject,
  type: string | undefined,
  name: string,
  uid: string | undefined,
  envelope: Envelope,
): AssetRef {
  const word = (type ?? 'pod').replace(/^Kubernetes/, '').toLowerCase();
  const kind = /^(apiserver|scheduler|controllermanager|etcd|kubelet|core|pod)$/.test(word) ? 'pod' : word;
  const namespace = str(resource, 'namespace') ?? str(resource, 'data', 'metadata', 'namespace');
  const object = { cluster: clusterOf(envelope), kind, namespace, name, uid: uid === name ? undefined : uid };
  return kind === 'pod' ? workloadAsset(object) : kubernetesAsset(object);
}

/** Account, access, entity and group changes are about their `user`, `entity` or `group`; the actor stands elsewhere. */
function fromUser(event: JsonObject): AssetRef | undefined {
  const classUid = num(event, 'class_uid');
  const entity = classUid === 3004 ? event.entity : classUid === 3006 ? event.group : undefined;
  if (isObject(entity)) {
    const id = firstStr(entity, 'name', 'uid');
    return id === undefined
      ? undefined
      : principalAsset(realmOf(event), id, str(entity, 'type')?.toLowerCase() ?? 'entity');
  }
  if (classUid !== 3001 && classUid !== 3005) return undefined;
  const name = firstStr(event.user, 'email_addr', 'name', 'uid');
  if (name === undefined) return undefined;
  const uid = str(event, 'user', 'uid');
  const account =
    str(event, 'user', 'account', 'uid') ??
    str(event, 'actor', 'user', 'account', 'uid') ??
    str(event, 'actor', 'user', 'account_uid');
  if (/^aws$/i.test(str(event, 'cloud', 'provider') ?? ''))
    return awsAsset({ id: uid?.startsWith('arn:') ? uid : name, type: 'iam_user', account });
  return principalAsset(realmOf(event), name);
}

function realmOf(event: JsonObject): string {
  const product = obj(event, 'metadata', 'product');
  const vendor = str(product, 'vendor_name') ?? str(product, 'name') ?? 'ocsf';
  return vendor.toLowerCase().split(/\s/)[0] ?? 'ocsf';
}

function fromContainer(event: JsonObject): AssetRef | undefined {
  const container =
    at(event, 'container') ?? objects(event, 'evidences').find((item) => isObject(item.container))?.container;
  const image = str(container, 'image', 'path') ?? str(container, 'image', 'name');
  return image === undefined ? undefined : imageAsset(image);
}

function fromDevice(event: JsonObject): AssetRef | undefined {
  const name =
    firstStr(event.device, 'hostname', 'name', 'uid') ??
    firstStr(objects(event, 'evidences')[0]?.device, 'hostname', 'name', 'uid');
  return name === undefined ? undefined : hostAsset(name);
}

function assetOfAccount(event: JsonObject): AssetRef | undefined {
  const account = str(event, 'cloud', 'account', 'uid') ?? str(event, 'cloud', 'account_uid');
  return account === undefined ? undefined : assetOfResource({ id: account, type: 'account', account }, undefined);
}

/** falcosidekick's Security Lake events carry every output field as an observable. */
function fromObservables(event: JsonObject, envelope: Envelope): AssetRef | undefined {
  const value = (name: string): string | undefined =>
    str(
      objects(event, 'observables').find((item) => item.name === name),
      'value',
    );
  const pod = value('k8s.pod.name');
  if (pod !== undefined && pod !== '<NA>') {
    return workloadAsset({ cluster: clusterOf(envelope), kind: 'pod', namespace: value('k8s.ns.name'), name: pod });
  }
  const host = value('hostname');
  return host === undefined ? undefined : hostAsset(host);
}
