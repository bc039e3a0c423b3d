import type { Decoded, Envelope, FindingVerdict, FormatAdapter, Json, JsonObject, Observation } from '@cnapp-slo/model';
import { awsAsset } from '../canonical-id.ts';
import { contextOfTags, deleted, embedded, inventoryScan, present } from '../inventory.ts';
import { accept, finding, reject } from '../observe.ts';
import { firstStr, isObject, obj, objects, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** AWS Config: change notifications, snapshots, history and query replies, rule events, and what rules find. Source: docs.aws.amazon.com/config/latest/developerguide. */
export const inventoryAwsConfig: FormatAdapter = {
  id: 'inventory-aws-config',
  stability: 'beta',
  matches: (doc) =>
    isObject(doc) &&
    ((typeof doc.messageType === 'string' &&
      /^(Configuration(Item|Snapshot|History)|OversizedConfigurationItem|ScheduledNotification|ComplianceChange|ConfigRules)/.test(
        doc.messageType,
      )) ||
      'configurationItemStatus' in doc ||
      Array.isArray(doc.configurationItems) ||
      (typeof doc.invokingEvent === 'string' && 'configRuleName' in doc) ||
      (Array.isArray(doc.resourceIdentifiers) && 'resourceType' in (objects(doc, 'resourceIdentifiers')[0] ?? {})) ||
      (isObject(doc.QueryInfo) && Array.isArray(doc.Results))),
  decode,
};

function decode(doc: Json, envelope: Envelope): Decoded {
  if (!isObject(doc)) return reject('inventory-aws-config.schema', 'not an object');
  if (typeof doc.invokingEvent === 'string') {
    const inner = embedded(doc.invokingEvent);
    return decode({ ...inner, accountId: str(doc, 'accountId') ?? null }, envelope);
  }
  const atMs = eventTime(envelope, doc.notificationCreationTime);
  if (Array.isArray(doc.configurationItems)) {
    const items = objects(doc, 'configurationItems');
    return accept(...items.flatMap((item) => observe(item, doc, envelope)), ...snapshotScan(doc, items, envelope));
  }
  if (Array.isArray(doc.Results)) return queryResults(doc.Results, envelope);
  if (isObject(doc.newEvaluationResult)) return accept(...complianceChange(doc, doc.newEvaluationResult, envelope));
  if (Array.isArray(doc.resourceIdentifiers))
    return accept(...objects(doc, 'resourceIdentifiers').flatMap((item) => observe(item, doc, envelope)));
  const item = isObject(doc.configurationItem)
    ? doc.configurationItem
    : isObject(doc.configurationItemSummary)
      ? doc.configurationItemSummary
      : 'configurationItemStatus' in doc
        ? doc
        : undefined;
  if (item !== undefined) return accept(...observe(item, doc, envelope));
  // Deliveries name a file in S3; only that file holds the items. History is incremental and never a whole scope.
  return accept({ kind: 'activity', action: `aws:config:${str(doc, 'messageType') ?? 'notification'}`, atMs });
}

/** Rows of a query have the fields it selects: without an ARN, or a type beside the id, they name no resource. */
function queryResults(rows: Json[], envelope: Envelope): Decoded {
  const decoded = rows.map((row): Decoded => {
    const item = embedded(row);
    const arn = firstStr(item, 'arn', 'ARN') ?? firstStr(item.configuration, 'arn', 'Arn');
    if (arn === undefined && str(item, 'resourceType') === undefined)
      return reject('inventory-aws-config.identity', 'the query selects neither the ARN nor type and id');
    return accept(...observe(arn === undefined ? item : { ...item, arn }, {}, envelope));
  });
  return {
    observations: decoded.flatMap(({ observations }) => observations),
    rejections: decoded.flatMap(({ rejections }) => rejections),
  };
}

const UNIQUE_ID = /^A(IDA|ROA|GPA|NPA|IPA)[0-9A-Z]+$/;

const VERDICTS: Record<string, FindingVerdict> = { COMPLIANT: 'pass', NON_COMPLIANT: 'fail' };

/** A rule's new verdict on a resource; NOT_APPLICABLE and INSUFFICIENT_DATA prove nothing. Rules have no severity. */
function complianceChange(doc: JsonObject, result: JsonObject, envelope: Envelope): Observation[] {
  const rule = str(doc, 'configRuleName') ?? 'unknown';
  const account = str(doc, 'awsAccountId');
  const of = obj(result, 'evaluationResultIdentifier', 'evaluationResultQualifier');
  const id = str(doc, 'resourceId') ?? str(of, 'resourceId');
  if (id === undefined) return [];
  const type = str(doc, 'resourceType') ?? str(of, 'resourceType');
  const verdict = VERDICTS[str(result, 'complianceType') ?? ''] ?? 'not_applicable';
  return [
    finding({
      detector: 'aws-config',
      detectorClass: type?.startsWith('AWS::IAM::') === true ? 'identity_config' : 'posture',
      rule,
      title: str(result, 'annotation') ?? rule,
      // Of principals Config knows the unique id, which is in no ARN.
      asset: awsAsset({ id, type: UNIQUE_ID.test(id) ? undefined : type, account, region: str(doc, 'awsRegion') }),
      verdict,
      severity: 'unknown',
      atMs: eventTime(envelope, result.resultRecordedTime, doc.notificationCreationTime),
      scope: `aws-config/${account ?? '_'}`,
    }),
  ];
}

/** Deletion is said by the status; `ResourceNotRecorded` says nothing about the resource. */
function observe(item: JsonObject, outer: JsonObject, envelope: Envelope): Observation[] {
  const type = str(item, 'resourceType');
  const arn = str(item, 'ARN') ?? str(item, 'arn');
  const id =
    arn ??
    (type === 'AWS::S3::Bucket' ? (str(item, 'resourceName') ?? str(item, 'resourceId')) : str(item, 'resourceId'));
  if (id === undefined) return [];
  const account =
    str(item, 'awsAccountId') ??
    str(item, 'accountId') ??
    str(outer, 'accountId') ??
    str(envelope.resource, 'cloud.account.id');
  const asset = awsAsset({
    id,
    type,
    account,
    region: str(item, 'awsRegion') ?? str(envelope.resource, 'cloud.region'),
  });
  const atMs = eventTime(envelope, item.configurationItemCaptureTime);
  const status = str(item, 'configurationItemStatus');
  if (status === 'ResourceDeleted' || status === 'ResourceDeletedNotRecorded')
    return [deleted(asset, atMs, `aws:config:${status}`)];
  if (status === 'ResourceNotRecorded') return [];
  return [present(asset, atMs, contextOfTags(item.tags))];
}

/** A snapshot is complete for the types that it records, in one account and region. */
function snapshotScan(doc: JsonObject, items: JsonObject[], envelope: Envelope): Observation[] {
  const snapshot = str(doc, 'configSnapshotId');
  if (snapshot === undefined) return [];
  const first = items[0];
  const account = str(first, 'awsAccountId') ?? str(envelope.resource, 'cloud.account.id') ?? '_';
  const times = items.map((item) => eventTime(envelope, item.configurationItemCaptureTime));
  const scope = `${account}/${str(first, 'awsRegion') ?? '_'}`;
  return [
    inventoryScan(
      'inventory-aws-config',
      scope,
      snapshot,
      times.length > 0 ? Math.max(...times) : eventTime(envelope),
      items.length > 0,
    ),
  ];
}
