import type { Decoded, Envelope, FormatAdapter, Json, JsonObject, Observation } from '@cnapp-slo/model';
import { awsAsset } from '../canonical-id.ts';
import { contextOfTags, deleted, embedded, inventoryScan, present } from '../inventory.ts';
import { accept, reject } from '../observe.ts';
import { isObject, objects, str } from '../read.ts';
import { eventTime } from '../time.ts';

/** AWS Config: change notifications, snapshots, history and query replies, rule events. Source: docs.aws.amazon.com/config/latest/developerguide. */
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
  if (Array.isArray(doc.Results))
    return accept(...objects(doc.Results.map((row) => embedded(row))).flatMap((item) => observe(item, doc, envelope)));
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
