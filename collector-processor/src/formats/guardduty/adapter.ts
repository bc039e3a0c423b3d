import type { AssetRef, Decoded, Envelope, FormatAdapter, Json, JsonObject } from '@cnapp-slo/model';
import { awsAsset, imageAsset, workloadAsset } from '../canonical-id.ts';
import { accept, finding, reject } from '../observe.ts';
import { at, bool, evidence, isObject, num, obj, objects, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** GuardDuty findings, camelCase (EventBridge, S3) and PascalCase (GetFindings). Source: docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html. */
export const guardduty: FormatAdapter = {
  id: 'guardduty',
  stability: 'beta',
  matches(doc) {
    if (!isObject(doc)) return false;
    const arn = str(doc, 'arn') ?? str(doc, 'Arn');
    if (arn?.includes(':guardduty:') === true) return 'type' in doc || 'Type' in doc;
    return (
      (doc.schemaVersion === '2.0' || doc.SchemaVersion === '2.0') &&
      /^[A-Za-z]+:[A-Za-z0-9]+\//.test(str(doc, 'type') ?? str(doc, 'Type') ?? '')
    );
  },
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('guardduty.schema', 'not an object');
  const event = camelCase(doc);
  const service = obj(event, 'service');
  const info = at(service, 'additionalInfo');
  const sample =
    bool(info, 'sample') === true ||
    (typeof info === 'string' && /"sample"\s*:\s*true/.test(info)) ||
    (typeof at(info, 'value') === 'string' && /"sample"\s*:\s*true/.test(String(at(info, 'value'))));
  if (sample || str(event, 'title')?.startsWith('[SAMPLE]') === true)
    return reject('guardduty.sample', 'a sample finding, made to show the product');
  const account = str(event, 'accountId');
  return accept(
    finding({
      detector: 'guardduty',
      detectorClass: 'runtime',
      rule: str(event, 'type') ?? 'unknown',
      title: str(event, 'title') ?? str(event, 'type') ?? 'threat',
      asset: assetOf(event, account),
      verdict: bool(service, 'archived') === true ? 'suppressed' : 'fail',
      severity: severityOfLevel(num(event, 'severity')),
      atMs: eventTime(envelope, event.updatedAt, service.eventLastSeen, event.createdAt),
      // The same threat through Security Hub carries this ARN as its id.
      nativeId: str(event, 'arn') ?? str(event, 'id'),
      scope: `guardduty/${account ?? '_'}`,
      ...evidence({
        description: str(event, 'description'),
        count: num(service, 'count'),
        first_seen: str(service, 'eventFirstSeen'),
        action: str(service, 'action', 'actionType'),
        api: str(service, 'action', 'awsApiCallAction', 'api'),
      }),
    }),
  );
}

/** AWS: 1.0–3.9 low, 4.0–6.9 medium, 7.0–8.9 high, 9.0–10 critical. */
function severityOfLevel(level: number | undefined): 'unknown' | 'low' | 'medium' | 'high' | 'critical' {
  if (level === undefined) return 'unknown';
  if (level >= 9) return 'critical';
  if (level >= 7) return 'high';
  return level >= 4 ? 'medium' : 'low';
}

/** What `userName` is, by `userType`; of the rest (root, federated users, other accounts, services) the account is all there is. */
const PRINCIPALS: Record<string, 'user' | 'role'> = { IAMUser: 'user', Role: 'role', AssumedRole: 'role' };

/** The kubernetes workload, else the EKS cluster, bucket, database, function, instance or principal. */
function assetOf(event: JsonObject, account: string | undefined): AssetRef {
  const resource = obj(event, 'resource');
  const region = str(event, 'region');
  const cluster = str(resource, 'eksClusterDetails', 'name');
  const workload = at(resource, 'kubernetesDetails', 'kubernetesWorkloadDetails');
  const name = str(workload, 'name');
  if (name !== undefined && cluster !== undefined) {
    return workloadAsset({
      cluster,
      kind: str(workload, 'type') ?? 'pod',
      namespace: str(workload, 'namespace'),
      name,
    });
  }
  const bucket = objects(resource, 's3BucketDetails')[0];
  const built: [id: string | undefined, type: string][] = [
    [str(resource, 'eksClusterDetails', 'arn') ?? cluster, 'eks_cluster'],
    [str(resource, 'ecsClusterDetails', 'arn'), 'ecs_cluster'],
    [str(bucket, 'arn') ?? str(bucket, 'name'), 's3_bucket'],
    [
      str(resource, 'rdsDbInstanceDetails', 'dbInstanceArn') ??
        str(resource, 'rdsDbInstanceDetails', 'dbInstanceIdentifier'),
      'rds_db_instance',
    ],
    [
      str(resource, 'lambdaDetails', 'functionArn') ?? str(resource, 'lambdaDetails', 'functionName'),
      'lambda_function',
    ],
    [str(resource, 'rdsLimitlessDbDetails', 'dbShardGroupArn'), 'rds_shard_group'],
    [str(resource, 'instanceDetails', 'instanceId'), 'ec2_instance'],
    // What malware protection scanned.
    [str(resource, 'ec2ImageDetails', 'imageArn'), 'ec2_image'],
    [str(resource, 'ebsSnapshotDetails', 'snapshotArn'), 'ec2_snapshot'],
    [str(resource, 'recoveryPointDetails', 'recoveryPointArn'), 'backup_recovery_point'],
  ];
  for (const [id, type] of built) if (id !== undefined) return awsAsset({ id, type, account, region });
  const image = str(resource, 'containerDetails', 'image');
  if (image !== undefined) return imageAsset(image);
  const user = str(resource, 'accessKeyDetails', 'userName');
  const type = PRINCIPALS[str(resource, 'accessKeyDetails', 'userType') ?? 'IAMUser'];
  if (user !== undefined && type !== undefined && account !== undefined)
    return awsAsset({ id: `arn:${str(event, 'partition') ?? 'aws'}:iam::${account}:${type}/${user}`, account });
  return awsAsset({ id: account ?? '_', type: 'account', account, region });
}

/** GetFindings spells every key with a capital; `S3BucketDetails` and `AwsApiCallAction` follow. Values are left alone. */
function camelCase(doc: JsonObject): JsonObject {
  if ('arn' in doc || 'type' in doc) return doc;
  return lower(doc) as JsonObject;
}

function lower(value: Json): Json {
  if (Array.isArray(value)) return value.map(lower);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.charAt(0).toLowerCase() + key.slice(1), lower(item)]),
  );
}
