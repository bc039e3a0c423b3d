import type { JsonObject } from '@cnapp-slo/model';
import { MAIL_DOMAIN } from '../company/catalogue.ts';
import { type Resource, tagsOf } from '../company/company.ts';
import type { Random } from '../random.ts';
import type { Caller } from './cloudtrail.ts';
import { type Attributes, type LogRecord, logRecord, milliseconds } from './record.ts';

export interface Patch {
  atMs: number;
  deployment: Resource;
  caller: Caller;
  /** Dotted path under the object and the value it is set to; a container's field is reached by `containers`. */
  path: string;
  value: string | number | boolean;
}

/** An audit event of a strategic merge patch of a deployment, at level RequestResponse. Shape: kubernetes.io/docs/reference/config-api/apiserver-audit.v1. */
export function patchEvent({ atMs, deployment, caller, path, value }: Patch, random: Random): LogRecord {
  const { name, service } = deployment;
  const namespace = service.team.name;
  const person = 'person' in caller;
  const metadata = { name, namespace, labels: labelsOf(deployment) };
  const body: JsonObject = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: random.uuid(),
    stage: 'ResponseComplete',
    requestURI: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}?fieldManager=${person ? 'kubectl-edit' : 'helm'}`,
    verb: 'patch',
    user: person
      ? { username: `${caller.person}@${MAIL_DOMAIN}`, groups: [`${namespace}-operators`, 'system:authenticated'] }
      : { username: `system:serviceaccount:ci:${caller.pipeline}`, groups: ['system:serviceaccounts'] },
    sourceIPs: [person ? '198.51.100.24' : '10.0.12.7'],
    userAgent: person ? 'kubectl/v1.34.1' : 'Helm/3.19.0',
    objectRef: { resource: 'deployments', namespace, name, apiGroup: 'apps', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 200 },
    requestObject: patchOf(path, value, name),
    responseObject: { kind: 'Deployment', apiVersion: 'apps/v1', metadata },
    requestReceivedTimestamp: milliseconds(atMs - 40).replace('Z', '000Z'),
    stageTimestamp: milliseconds(atMs).replace('Z', '000Z'),
    annotations: { 'authorization.k8s.io/decision': 'allow' },
  };
  return logRecord(atMs, 'k8s-audit', clusterResource(deployment), body);
}

/** The apiserver's own calls go on while nothing is deployed: that the stream is alive shows by them. */
export function leaseEvent(deployment: Resource, atMs: number, random: Random): LogRecord {
  const body: JsonObject = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: random.uuid(),
    stage: 'ResponseComplete',
    requestURI: '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler?timeout=5s',
    verb: 'update',
    user: { username: 'system:kube-scheduler', groups: ['system:authenticated'] },
    objectRef: {
      resource: 'leases',
      namespace: 'kube-system',
      name: 'kube-scheduler',
      apiGroup: 'coordination.k8s.io',
    },
    responseStatus: { metadata: {}, code: 200 },
    stageTimestamp: milliseconds(atMs).replace('Z', '000Z'),
  };
  return logRecord(atMs, 'k8s-audit', clusterResource(deployment), body);
}

export function clusterResource({ service, account }: Resource): Attributes {
  return { 'k8s.cluster.name': service.team.cluster.name, 'deployment.environment.name': account.environment };
}

export function labelsOf(deployment: Resource): Record<string, string> {
  return { 'app.kubernetes.io/name': deployment.name, ...tagsOf(deployment.service, deployment.account) };
}

function patchOf(path: string, value: string | number | boolean, container: string): JsonObject {
  const [head = '', ...rest] = path.split('.');
  if (rest.length === 0) return { [head]: value };
  if (head === 'containers') return { containers: [{ name: container, ...patchOf(rest.join('.'), value, container) }] };
  return { [head]: patchOf(rest.join('.'), value, container) };
}
