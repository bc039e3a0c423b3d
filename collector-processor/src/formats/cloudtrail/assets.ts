import type { AssetRef, JsonObject } from '@cnapp-slo/model';
import { awsAsset } from '../canonical-id.ts';
import { isObject, obj, objects, str, strings } from '../read.ts';

/** Request parameters that name what a call is about: key (any depth up to two), and the type that makes its value an ARN. Order is preference. */
const PARAMETERS: [key: string, type: string, service: string][] = [
  ['bucketName', 's3_bucket', 's3'],
  ['groupId', 'security_group', 'ec2'],
  ['networkAclId', 'network_acl', 'ec2'],
  ['routeTableId', 'route_table', 'ec2'],
  ['volumeId', 'ebs_volume', 'ec2'],
  ['snapshotId', 'ebs_snapshot', 'ec2'],
  ['imageId', 'ami', 'ec2'],
  ['instanceId', 'ec2_instance', 'ec2'],
  ['vpcId', 'vpc', 'ec2'],
  ['subnetId', 'subnet', 'ec2'],
  ['roleName', 'iam_role', 'iam'],
  ['userName', 'iam_user', 'iam'],
  ['groupName', 'iam_group', 'iam'],
  ['policyArn', 'iam_policy', 'iam'],
  ['instanceProfileName', 'iam_instance_profile', 'iam'],
  ['dBInstanceIdentifier', 'rds_db_instance', 'rds'],
  ['dBClusterIdentifier', 'rds_db_cluster', 'rds'],
  ['dBSnapshotIdentifier', 'rds_db_snapshot', 'rds'],
  ['functionName', 'lambda_function', 'lambda'],
  ['keyId', 'kms_key', 'kms'],
  ['secretId', 'secretsmanager_secret', 'secretsmanager'],
  ['queueUrl', 'sqs_queue', 'sqs'],
  ['topicArn', 'sns_topic', 'sns'],
  ['repositoryName', 'ecr_repository', 'ecr'],
  ['tableName', 'dynamodb_table', 'dynamodb'],
  ['detectorId', 'guardduty_detector', 'guardduty'],
  ['logGroupName', 'logs_log_group', 'logs'],
  ['domainName', 'opensearch_domain', 'es'],
  ['cluster', 'ecs_cluster', 'ecs'],
];

/**
 * What an event is about: the ARNs it lists, else what its parameters name. The principal's own role or a key used in passing is no target, so listed ARNs
 * of another service than the event's count only when nothing else is there.
 */
export function assetsOfEvent(record: JsonObject): AssetRef[] {
  const service = (str(record, 'eventSource') ?? '').split('.')[0] ?? '';
  const account = str(record, 'recipientAccountId') ?? str(record, 'userIdentity', 'accountId');
  const region = str(record, 'awsRegion');
  const listed = objects(record, 'resources').flatMap((resource) => {
    const arn = str(resource, 'ARN') ?? str(resource, 'arn');
    return arn?.startsWith('arn:')
      ? [awsAsset({ id: arn, type: str(resource, 'type'), account: str(resource, 'accountId') ?? account, region })]
      : [];
  });
  const own = listed.filter((asset) => asset.id.split(':')[2] === service);
  if (own.length > 0) return distinct(own);
  const named = fromParameters(record, service, account, region);
  return distinct(named.length > 0 ? named : listed);
}

function fromParameters(
  record: JsonObject,
  service: string,
  account: string | undefined,
  region: string | undefined,
): AssetRef[] {
  const request = obj(record, 'requestParameters');
  const response = obj(record, 'responseElements');
  const build = (id: string, type: string): AssetRef => awsAsset({ id, type, account, region });
  const event = str(record, 'eventName') ?? '';
  if (service === 'cloudtrail')
    return [request, response]
      .flatMap((part) => firstOf(part, ['trailARN', 'name', 'trailName'], (id) => build(id, 'cloudtrail_trail')))
      .slice(0, 1);
  if (service === 'eks') return firstOf(request, ['clusterName', 'name'], (id) => build(id, 'eks_cluster'));
  if (
    service === 'organizations' ||
    (service === 'iam' && /AccountPasswordPolicy|AccountAlias|VirtualMFA/.test(event) && request.userName === undefined)
  ) {
    return account === undefined ? [] : [build(account, 'account')];
  }
  const items = (part: JsonObject, set: string, key: string): string[] =>
    objects(part, set, 'items')
      .map((item) => str(item, key))
      .filter((id) => id !== undefined);
  const instances = [...items(response, 'instancesSet', 'instanceId'), ...items(request, 'instancesSet', 'instanceId')];
  if (service === 'ec2' && instances.length > 0) return instances.map((id) => build(id, 'ec2_instance'));
  const flowLogTargets = items(request, 'CreateFlowLogsRequest', 'content');
  if (flowLogTargets.length > 0) return flowLogTargets.map((id) => build(id, 'vpc'));
  for (const [key, type, of] of PARAMETERS) {
    if (of !== service) continue;
    const id = idOf(request, key) ?? idOf(response, key);
    if (id !== undefined) return [build(id, type)];
  }
  const arn = Object.values(request).find((value) => typeof value === 'string' && value.startsWith('arn:'));
  const arns = typeof arn === 'string' ? [arn] : strings(request, 'resourceArns');
  return arns.map((id) => awsAsset({ id, account, region }));
}

/** A parameter at the top or one object deeper (`CreateSecurityGroupRequest.groupId`, `instance.arn`). */
function idOf(part: JsonObject, key: string): string | undefined {
  const here = str(part, key);
  if (here !== undefined) return here;
  for (const value of Object.values(part)) {
    const inner = isObject(value) ? str(value, key) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function firstOf(part: JsonObject, keys: readonly string[], build: (id: string) => AssetRef): AssetRef[] {
  for (const key of keys) {
    const id = str(part, key);
    if (id !== undefined) return [build(id)];
  }
  return [];
}

function distinct(assets: readonly AssetRef[]): AssetRef[] {
  return [...new Map(assets.map((asset) => [asset.id, asset])).values()];
}
