import type { Decoded, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { clusterOf } from '../canonical-id.ts';
import { contentId } from '../content-id.ts';
import { inventoryScan, listing } from '../inventory.ts';
import { observeObject } from '../kubernetes-object.ts';
import { accept, reject } from '../observe.ts';
import { isObject, objects, str } from '../read.ts';

/** `kubectl get … -o json|yaml`: typed lists, `kind: List`, single objects. Source: kubernetes.io/docs/reference/using-api/api-concepts. */
export const inventoryKubernetesLists: FormatAdapter = {
  id: 'inventory-kubernetes-lists',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    (isList(doc) ||
      (KUBERNETES.test(str(doc, 'apiVersion') ?? '') &&
        typeof doc.kind === 'string' &&
        typeof str(doc, 'metadata', 'name') === 'string')),
  decode,
};

/** The core group and those that Kubernetes itself serves; other groups belong to tools with formats of their own. */
const KUBERNETES = /^(v1|(apps|batch|autoscaling|policy|extensions)\/v\d\w*|[a-z0-9.-]+\.k8s\.io\/v\d\w*)$/;

function isList(doc: JsonObject): boolean {
  return typeof doc.kind === 'string' && doc.kind.endsWith('List') && Array.isArray(doc.items);
}

/** A typed list at a resource version without a next page is all of its kind, if it was asked for over all namespaces: items from one alone do not prove that. */
function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('inventory-kubernetes-lists.schema', 'not an object');
  if (!isList(doc)) return accept(...observeObject(doc, envelope));
  const listKind = (str(doc, 'kind') ?? 'List').slice(0, -'List'.length);
  const apiVersion = str(doc, 'apiVersion');
  const observations = objects(doc, 'items').flatMap((item) =>
    observeObject(item, envelope, listKind === '' ? {} : { kind: listKind, apiVersion }),
  );
  if (listKind === '' || listKind === 'Event') return accept(...observations);
  const version = str(doc, 'metadata', 'resourceVersion');
  const namespaces = new Set(objects(doc, 'items').map((item) => str(item, 'metadata', 'namespace')));
  const complete =
    version !== undefined &&
    version !== '0' &&
    str(doc, 'metadata', 'continue') === undefined &&
    (namespaces.has(undefined) || namespaces.size > 1);
  const atMs = envelope.recordTimeMs ?? envelope.receivedMs;
  const scope = `${clusterOf(envelope) ?? '_'}/${listKind.toLowerCase()}`;
  const scanId = version ?? contentId([scope, atMs]);
  return accept(...listing(observations, inventoryScan('inventory-kubernetes-lists', scope, scanId, atMs, complete)));
}
