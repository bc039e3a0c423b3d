import type { AssetRef, Envelope, JsonObject } from '@cnapp-slo/model';
import { firstStr, str } from '../read.ts';
import { awsAsset } from './aws.ts';
import { azureAsset } from './azure.ts';
import { gcpAsset } from './gcp.ts';
import { clusterOf, kubernetesAsset } from './kubernetes.ts';
import { repositoryAsset } from './other.ts';

/** Attributes that are the cloud's bare id where a type's `arn` is missing from the state. */
const BARE_ID: Record<string, string> = { aws_s3_bucket: 'bucket' };

/**
 * What Terraform's sub-resources configure is the asset they belong to: a bucket's policy, versioning or access block is the bucket,
 * a security group's rule is the group.
 */
const PARENT: [RegExp, string, string][] = [
  [/^aws_s3_bucket_/, 'aws_s3_bucket', 'bucket'],
  [/^aws_(vpc_)?security_group_(ingress_|egress_)?rule$/, 'aws_security_group', 'security_group_id'],
  [/^aws_iam_role_policy/, 'aws_iam_role', 'role'],
  [/^aws_iam_user_policy/, 'aws_iam_user', 'user'],
];

/** The cloud resource behind a Terraform address, by ARN, ARM id, self link or object name; the address itself when nothing tells. */
export function terraformAsset(type: string, address: string, attributes: JsonObject, envelope: Envelope): AssetRef {
  const account = str(envelope.resource, 'cloud.account.id');
  const region = str(attributes, 'region') ?? str(envelope.resource, 'cloud.region');
  const asset = cloudAsset(type, attributes, account, region, envelope) ?? {
    id: `terraform:${scopeOf(envelope)}${address}`,
    kind: type,
    provider: 'other' as const,
    name: address,
  };
  return { ...asset, aliases: [...(asset.aliases ?? []), `terraform:${address}`] };
}

function cloudAsset(
  type: string,
  attributes: JsonObject,
  account: string | undefined,
  region: string | undefined,
  envelope: Envelope,
): AssetRef | undefined {
  if (type.startsWith('aws_')) {
    for (const [pattern, parent, key] of PARENT) {
      const id = pattern.test(type) ? str(attributes, key) : undefined;
      if (id !== undefined) return awsAsset({ id, type: parent, account, region });
    }
    const arn = str(attributes, 'arn');
    if (arn?.startsWith('arn:')) return awsAsset({ id: arn, type, account, region });
    const bare = BARE_ID[type];
    const id = (bare === undefined ? undefined : str(attributes, bare)) ?? str(attributes, 'id');
    return id === undefined ? undefined : awsAsset({ id, type, account, region });
  }
  if (type.startsWith('azurerm_') || type.startsWith('azapi_')) {
    const id = str(attributes, 'id');
    return id?.startsWith('/') ? azureAsset(id) : undefined;
  }
  if (type.startsWith('google_')) {
    if (type.startsWith('google_storage_bucket')) {
      const bucket = firstStr(attributes, 'bucket', 'name');
      if (bucket !== undefined) return gcpAsset(`//storage.googleapis.com/${bucket}`);
    }
    const link = str(attributes, 'self_link');
    return link === undefined ? undefined : gcpAsset(link);
  }
  if (type === 'github_repository' || type === 'gitlab_project') {
    const url = firstStr(attributes, 'html_url', 'web_url');
    return url === undefined ? undefined : repositoryAsset(url);
  }
  if (type.startsWith('kubernetes_')) {
    const metadata = attributes.metadata;
    const first = Array.isArray(metadata) ? metadata[0] : metadata;
    const name = str(first, 'name');
    if (name === undefined) return undefined;
    const kind = type
      .replace(/^kubernetes_/, '')
      .replace(/_v\d.*$/, '')
      .replaceAll('_', '');
    return kubernetesAsset({ cluster: clusterOf(envelope), kind, namespace: str(first, 'namespace'), name });
  }
  return undefined;
}

function scopeOf(envelope: Envelope): string {
  const scope = str(envelope.resource, 'cnapp.scope') ?? str(envelope.resource, 'service.name');
  return scope === undefined ? '' : `${scope}/`;
}
