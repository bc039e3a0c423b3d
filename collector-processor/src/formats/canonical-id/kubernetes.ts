import type { AssetRef, Envelope, Json } from '@cnapp-slo/model';
import { str } from '../read.ts';

/** API groups of built-in kinds, for sources that name only the kind. */
const GROUP_OF_KIND: Record<string, string> = {
  pod: 'core',
  service: 'core',
  configmap: 'core',
  secret: 'core',
  namespace: 'core',
  node: 'core',
  serviceaccount: 'core',
  persistentvolume: 'core',
  persistentvolumeclaim: 'core',
  replicationcontroller: 'core',
  event: 'core',
  deployment: 'apps',
  replicaset: 'apps',
  statefulset: 'apps',
  daemonset: 'apps',
  job: 'batch',
  cronjob: 'batch',
  horizontalpodautoscaler: 'autoscaling',
  ingress: 'networking.k8s.io',
  networkpolicy: 'networking.k8s.io',
  role: 'rbac.authorization.k8s.io',
  rolebinding: 'rbac.authorization.k8s.io',
  clusterrole: 'rbac.authorization.k8s.io',
  clusterrolebinding: 'rbac.authorization.k8s.io',
  customresourcedefinition: 'apiextensions.k8s.io',
  validatingwebhookconfiguration: 'admissionregistration.k8s.io',
  mutatingwebhookconfiguration: 'admissionregistration.k8s.io',
};

/**
 * Kinds that live in no namespace, whatever namespace a source writes beside them. `Cluster` itself and some kinds named after it
 * are namespaced (Cluster API, CloudNativePG, Operator Lifecycle Manager).
 */
const CLUSTER_SCOPED =
  /^(node|namespace|persistentvolume|cluster(?!$|class$|resourceset|serviceversion$).*|customresourcedefinition|.*webhookconfiguration|.*admissionpolicy(binding)?|certificatesigningrequest|apiservice|storageclass|ingressclass|runtimeclass|priorityclass|csidriver|csinode|volumeattachment|flowschema|prioritylevelconfiguration)$/;

/** The alphabet of generated name suffixes (k8s.io/apimachinery/pkg/util/rand): no vowels, so few words look like one. */
const SUFFIX = '[bcdfghjklmnpqrstvwxz2456789]';
const OF_REPLICASET = new RegExp(`^(.+)-${SUFFIX}{7,10}$`);
const POD_OF_DEPLOYMENT = new RegExp(`^(.+)-${SUFFIX}{7,10}-${SUFFIX}{5}$`);
const POD_OF_CRONJOB = new RegExp(`^(.+)-\\d{8,10}-${SUFFIX}{5}$`);
const JOB_OF_CRONJOB = /^(.+)-\d{8,10}$/;
const POD_OF_DAEMONSET = new RegExp(`^(.+)-${SUFFIX}{5}$`);

export interface KubernetesObject {
  cluster: string | undefined;
  /** API group without version; `''` and `core` are the core group; unknown when absent. */
  group?: string | undefined;
  /** `Deployment`, `deployments`, `deploy…`: any spelling. */
  kind: string;
  namespace?: string | undefined;
  name: string;
  uid?: string | undefined;
}

/** The object itself: `<cluster>/<group>/<kind>/<namespace>/<name>`, with `_` for what is not known or does not apply. */
export function kubernetesAsset(object: KubernetesObject): AssetRef {
  const kind = singularKind(object.kind);
  const given = object.group === '' ? 'core' : object.group;
  const group = GROUP_OF_KIND[kind] ?? given ?? '_';
  const namespace = CLUSTER_SCOPED.test(kind) ? undefined : object.namespace;
  return {
    id: [object.cluster ?? '_', group, kind, namespace ?? '_', object.name].join('/'),
    kind,
    provider: 'kubernetes',
    name: object.name,
    ...(object.cluster === undefined ? {} : { cluster: object.cluster }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(object.uid === undefined ? {} : { aliases: [object.uid] }),
  };
}

/** The controller that an ephemeral object belongs to, told from its generated name when no owner is given; else the object itself. */
export function workloadAsset(object: KubernetesObject, owner?: { kind: string; name: string }): AssetRef {
  const own = { ...object, ...rollUp(singularKind(owner?.kind ?? object.kind), owner?.name ?? object.name) };
  // The uid is the ephemeral object's, not the controller's.
  const same = own.name === object.name && singularKind(own.kind) === singularKind(object.kind);
  return kubernetesAsset({ ...own, group: same ? object.group : undefined, uid: same ? object.uid : undefined });
}

function rollUp(kind: string, name: string): { kind: string; name: string } {
  if (kind === 'replicaset') {
    const deployment = OF_REPLICASET.exec(name)?.[1];
    return deployment === undefined ? { kind, name } : { kind: 'deployment', name: deployment };
  }
  if (kind === 'job') {
    const cronjob = JOB_OF_CRONJOB.exec(name)?.[1];
    return cronjob === undefined ? { kind, name } : { kind: 'cronjob', name: cronjob };
  }
  if (kind !== 'pod') return { kind, name };
  const cronjob = POD_OF_CRONJOB.exec(name)?.[1];
  if (cronjob !== undefined) return { kind: 'cronjob', name: cronjob };
  const deployment = POD_OF_DEPLOYMENT.exec(name)?.[1];
  if (deployment !== undefined) return { kind: 'deployment', name: deployment };
  const daemonset = POD_OF_DAEMONSET.exec(name)?.[1];
  return daemonset === undefined ? { kind, name } : { kind: 'daemonset', name: daemonset };
}

/** `Deployments`, `deployment`, `NetworkPolicies` → `deployment`, `networkpolicy`. */
function singularKind(kind: string): string {
  const lower = kind.toLowerCase();
  if (lower === 'endpoints' || lower in GROUP_OF_KIND) return lower;
  if (lower.endsWith('ies')) return `${lower.slice(0, -3)}y`;
  if (/(ss|sh|ch|x)es$/.test(lower)) return lower.slice(0, -2);
  return lower.endsWith('s') && !lower.endsWith('ss') ? lower.slice(0, -1) : lower;
}

/** `apps/v1` → `apps`, `v1` → `core`. */
export function groupOfApiVersion(apiVersion: string | undefined): string | undefined {
  if (apiVersion === undefined) return undefined;
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? 'core' : apiVersion.slice(0, slash);
}

/** The cluster is rarely in a payload: the resource, the envelope or a header says it. The name, so that all sources agree on it. */
export function clusterOf(envelope: Envelope): string | undefined {
  const { resource, attributes } = envelope;
  return (
    text(resource['k8s.cluster.name']) ??
    text(attributes['k8s.cluster.name']) ??
    text(resource['cnapp.scope']) ??
    text(attributes['cnapp.scope']) ??
    text(resource['k8s.cluster.uid'])
  );
}

/** The workload that the envelope's k8s attributes name, if any: a scan in a pod's context is about its controller. */
export function workloadOfContext(envelope: Envelope): AssetRef | undefined {
  const read = (key: string): string | undefined => str(envelope.resource, key) ?? str(envelope.attributes, key);
  const cluster = clusterOf(envelope);
  const namespace = read('k8s.namespace.name');
  for (const kind of ['deployment', 'statefulset', 'daemonset', 'cronjob', 'job']) {
    const name = read(`k8s.${kind}.name`);
    if (name !== undefined) return kubernetesAsset({ cluster, kind, namespace, name });
  }
  const replicaset = read('k8s.replicaset.name');
  if (replicaset !== undefined) return workloadAsset({ cluster, kind: 'replicaset', namespace, name: replicaset });
  const pod = read('k8s.pod.name');
  return pod === undefined ? undefined : workloadAsset({ cluster, kind: 'pod', namespace, name: pod });
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
