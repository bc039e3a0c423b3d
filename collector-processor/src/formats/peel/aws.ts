import type { Envelope, Json, JsonObject } from '@cnapp-slo/model';
import { isObject, objects, str, strings } from '../read.ts';
import { fromBase64 } from './bytes.ts';
import { enrich, type Inner } from './inner.ts';

/** EventBridge, SNS, SQS, CloudWatch Logs subscriptions, Kinesis records, `{"Records": […]}` files and finding batches. */
export function unwrapAws(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  return (
    unwrapEventBridge(value, envelope) ??
    unwrapNotification(value, envelope) ??
    unwrapSubscription(value, envelope) ??
    unwrapRecords(value, envelope) ??
    unwrapBatch(value, envelope)
  );
}

function unwrapEventBridge(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  const detail = value.detail;
  if (typeof value['detail-type'] !== 'string' || !isObject(detail)) return undefined;
  const enriched = enrich(envelope, {
    resource: {
      'cloud.provider': 'aws',
      'cloud.account.id': str(value, 'account'),
      'cloud.region': str(value, 'region'),
    },
    attributes: {
      'aws.event.id': str(value, 'id'),
      'aws.event.source': str(value, 'source'),
      'aws.event.detail_type': value['detail-type'],
      'aws.event.resources': strings(value, 'resources'),
    },
    time: value.time,
  });
  return [{ content: detail, envelope: enriched }];
}

/** SNS over HTTP or in a queue (`Message` is a JSON string on the wire), and an SQS message's body. */
function unwrapNotification(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  if (value.Type === 'Notification' && value.Message !== undefined) {
    return [{ content: value.Message, envelope: enrich(envelope, { time: value.Timestamp }) }];
  }
  if (Array.isArray(value.Messages)) {
    return objects(value, 'Messages').flatMap((message) =>
      message.Body === undefined ? [] : [{ content: message.Body, envelope }],
    );
  }
  if (typeof value.Body === 'string' && 'ReceiptHandle' in value) return [{ content: value.Body, envelope }];
  return undefined;
}

/** A CloudWatch Logs subscription's message, bare or as Lambda's `awslogs.data`. The log group of an EKS control plane names its cluster. */
function unwrapSubscription(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  const data = str(value.awslogs, 'data');
  if (data !== undefined) {
    const content = fromBase64(data);
    return content === undefined ? undefined : [{ content, envelope }];
  }
  if (value.messageType === 'CONTROL_MESSAGE' && 'logEvents' in value) return [];
  if (value.messageType !== 'DATA_MESSAGE' || !Array.isArray(value.logEvents)) return undefined;
  const group = str(value, 'logGroup');
  const resource: Record<string, Json | undefined> = {
    'cloud.provider': 'aws',
    'cloud.account.id': str(value, 'owner'),
    'aws.log.group.name': group,
    'aws.log.stream.name': str(value, 'logStream'),
    'k8s.cluster.name': /^\/aws\/eks\/([^/]+)\/cluster$/.exec(group ?? '')?.[1],
  };
  return objects(value, 'logEvents').flatMap((event) =>
    event.message === undefined
      ? []
      : [{ content: event.message, envelope: enrich(envelope, { resource, time: event.timestamp }) }],
  );
}

/** `Records` of CloudTrail files and of the Lambda events of SQS, SNS and Kinesis. */
function unwrapRecords(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  if (!Array.isArray(value.Records) || Object.keys(value).length > 3) return undefined;
  return value.Records.map((record) => {
    if (!isObject(record)) return { content: record, envelope };
    if (isObject(record.Sns))
      return { content: record.Sns.Message ?? null, envelope: enrich(envelope, { time: record.Sns.Timestamp }) };
    if (typeof record.body === 'string') return { content: record.body, envelope };
    const data = str(record.kinesis, 'data') ?? (typeof record.data === 'string' ? record.data : undefined);
    const bytes = data === undefined ? undefined : fromBase64(data);
    return { content: bytes ?? record, envelope };
  });
}

/** Batches of findings: ASFF `Findings`, GuardDuty `Findings`, Security Hub v2 `findings` of an event. */
function unwrapBatch(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  for (const key of ['findings', 'Findings']) {
    const batch = value[key];
    const first = Array.isArray(batch) ? batch[0] : undefined;
    // Nothing was found: a reply with at most a token and its own metadata beside it.
    if (Array.isArray(batch) && batch.length === 0 && Object.keys(value).length <= 3) return [];
    if (!isObject(first)) continue;
    if ('SchemaVersion' in first || 'schemaVersion' in first || 'class_uid' in first || 'ProductArn' in first) {
      return objects(batch).map((content) => ({ content, envelope }));
    }
  }
  return undefined;
}
