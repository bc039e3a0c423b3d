import type { AssetRef, JsonObject } from '@cnapp-slo/model';
import {
  awsAsset,
  gcpAsset,
  kubernetesAsset,
  principalAsset,
  repositoryAsset,
  workloadAsset,
} from '../canonical-id.ts';
import { str } from '../read.ts';

/**
 * What an alert of a plugin is about: the thing that the event touched, else who did it. The host that Falco ran on has no part in it.
 * Source: github.com/falcosecurity/plugins, the fields of k8saudit, cloudtrail, gcpaudit, github and okta.
 */
export function pluginAsset(fields: JsonObject, cluster: string | undefined): AssetRef | undefined {
  const read = (key: string): string | undefined => known(fields, key);
  return kubernetes(read, cluster) ?? aws(read) ?? gcp(read) ?? github(read) ?? okta(read);
}

type Read = (key: string) => string | undefined;

/** A field that Falco knows: neither null nor the literal `<NA>`. */
export function known(fields: JsonObject, key: string): string | undefined {
  const value = str(fields, key);
  return value === '<NA>' || value === 'null' ? undefined : value;
}

function kubernetes(read: Read, cluster: string | undefined): AssetRef | undefined {
  const name = read('ka.target.name');
  const kind = read('ka.target.resource');
  if (name === undefined || kind === undefined) return undefined;
  const object = { cluster, kind, namespace: read('ka.target.namespace'), name };
  return kind === 'pods' ? workloadAsset(object) : kubernetesAsset(object);
}

/** Fields of CloudTrail requests by the type that makes their value an ARN; the caller last. */
const AWS_TARGETS: [field: string, type: string | undefined][] = [
  ['s3.bucket', 's3_bucket'],
  ['ct.request.functionname', 'lambda_function'],
  ['ecr.repository', 'ecr_repository'],
  ['ct.request.cluster', 'ecs_cluster'],
  ['ct.request.username', 'iam_user'],
  ['ct.user.arn', undefined],
  ['ct.user', 'iam_user'],
];

function aws(read: Read): AssetRef | undefined {
  const account = read('ct.recipientaccountid') ?? read('ct.user.accountid');
  const region = read('ct.region');
  for (const [field, type] of AWS_TARGETS) {
    const id = read(field);
    if (id !== undefined) return awsAsset({ id, type, account, region });
  }
  return account === undefined ? undefined : awsAsset({ id: account, type: 'account', region });
}

function gcp(read: Read): AssetRef | undefined {
  const bucket = read('gcp.storage.bucket');
  if (bucket !== undefined) return gcpAsset(`//storage.googleapis.com/${bucket}`);
  const project = read('gcp.projectId');
  const name = read('gcp.resourceName');
  if (name !== undefined) return gcpAsset(name, read('gcp.serviceName'), project);
  return project === undefined ? undefined : gcpAsset(`projects/${project}`);
}

function github(read: Read): AssetRef | undefined {
  const repository = read('github.repo.url') ?? read('github.repo');
  if (repository !== undefined) return repositoryAsset(repository);
  const organisation = read('github.org');
  return organisation === undefined ? undefined : principalAsset('github', organisation, 'organization');
}

function okta(read: Read): AssetRef | undefined {
  const user =
    read('okta.target.user.alternateid') ??
    read('okta.target.user.name') ??
    read('okta.actor.alternateid') ??
    read('okta.actor.name');
  return user === undefined ? undefined : principalAsset('okta', user);
}
