import type { Json, JsonObject } from '@cnapp-slo/model';
import { at, isObject, num, obj, objects, str } from '../read.ts';

/** GKE writes audit events as Cloud Logging entries with `protoPayload.serviceName: k8s.io`. */
export function isGkeEntry(doc: Json): boolean {
  return isObject(doc) && at(doc, 'protoPayload', 'serviceName') === 'k8s.io';
}

/** The entry as an audit.k8s.io event: `io.k8s.core.v1.pods.exec.create` is verb, resource and subresource, the resource name is its path. */
export function eventOfGke(entry: JsonObject): JsonObject {
  const payload = obj(entry, 'protoPayload');
  const method = (str(payload, 'methodName') ?? '').split('.');
  const verb = method.at(-1) ?? '';
  const path = (str(payload, 'resourceName') ?? '').split('/');
  // <group>/<version>[/namespaces/<ns>]/<plural>[/<name>[/<subresource>]]
  const rest = path[2] === 'namespaces' && path.length > 4 ? path.slice(4) : path.slice(2);
  const [resource, name, subresource] = rest;
  const code = num(payload, 'status', 'code');
  const denied = objects(payload, 'authorizationInfo').some((info) => info.granted === false);
  return {
    auditID: str(entry, 'insertId') ?? str(entry, 'operation', 'id') ?? null,
    stage: 'ResponseComplete',
    stageTimestamp: str(entry, 'timestamp') ?? str(entry, 'receiveTimestamp') ?? null,
    verb,
    user: { username: str(payload, 'authenticationInfo', 'principalEmail') ?? null },
    objectRef: {
      apiGroup: path[0] === 'core' || path[0] === undefined ? '' : path[0],
      resource: resource ?? null,
      namespace: path[2] === 'namespaces' && path.length > 4 ? (path[3] ?? null) : null,
      name: name ?? null,
      subresource: subresource ?? null,
    },
    // google.rpc codes: 0 is OK, 7 permission denied.
    responseStatus: { code: denied || code === 7 ? 403 : code === undefined || code === 0 ? 200 : 500 },
    requestObject: at(payload, 'request') ?? null,
    responseObject: at(payload, 'response') ?? null,
    cluster: str(entry, 'resource', 'labels', 'cluster_name') ?? null,
  };
}
