import type { JsonObject } from '@cnapp-slo/model';
import type { Account } from '../company/catalogue.ts';
import { type Resource, tagsOf } from '../company/company.ts';
import { clusterResource, labelsOf } from './k8s-audit.ts';
import { type LogRecord, logRecord, milliseconds, seconds } from './record.ts';

const CONFIG_TYPES: Partial<Record<Resource['kind'], string>> = {
  bucket: 'AWS::S3::Bucket',
  security_group: 'AWS::EC2::SecurityGroup',
  role: 'AWS::IAM::Role',
  database: 'AWS::RDS::DBInstance',
  function: 'AWS::Lambda::Function',
};

/** AWS Config's snapshot of an account, with every resource's tags: from here the processor knows who owns what. Shape: docs.aws.amazon.com/config/latest/developerguide/example-s3-snapshot.html. */
export function configSnapshot(account: Account, resources: readonly Resource[], atMs: number): LogRecord {
  const body: JsonObject = {
    fileVersion: '1.0',
    configSnapshotId: `${account.id}-${atMs}`,
    configurationItems: resources.flatMap((resource) => {
      const type = CONFIG_TYPES[resource.kind];
      return type === undefined ? [] : [configurationItem(resource, type, atMs)];
    }),
  };
  const resource = { 'cloud.provider': 'aws', 'cloud.account.id': account.id, 'cloud.region': account.region };
  return logRecord(atMs, 'inventory-aws-config', resource, body);
}

function configurationItem(resource: Resource, type: string, atMs: number): JsonObject {
  const { account, id, name, service } = resource;
  return {
    configurationItemVersion: '1.3',
    configurationItemCaptureTime: milliseconds(atMs),
    configurationItemStatus: 'OK',
    configurationStateId: String(atMs),
    awsAccountId: account.id,
    awsRegion: account.region,
    ARN: id,
    resourceType: type,
    resourceId: name,
    resourceName: name,
    tags: tagsOf(service, account),
    relationships: [],
    configuration: {},
    supplementaryConfiguration: {},
  };
}

/** A deployment as the Collector's k8sobjects receiver pulls it. */
export function deploymentObject(deployment: Resource, image: string, atMs: number): LogRecord {
  const { name, service } = deployment;
  const namespace = service.team.name;
  const body: JsonObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace,
      creationTimestamp: seconds(Date.UTC(2026, 0, 12)),
      labels: labelsOf(deployment),
    },
    spec: { replicas: 3, template: { spec: { containers: [{ name, image }] } } },
  };
  const attributes = { 'k8s.resource.name': 'deployments', 'event.domain': 'k8s', 'event.name': name };
  const resource = { ...clusterResource(deployment), 'k8s.namespace.name': namespace };
  return { ...logRecord(atMs, 'inventory-kubernetes-k8sobjects', resource, body, attributes), structured: true };
}
