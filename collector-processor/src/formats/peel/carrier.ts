import type { Envelope, Json, JsonObject } from '@cnapp-slo/model';
import { isObject, list, objects, str } from '../read.ts';
import { fromBase64 } from './bytes.ts';
import { enrich, type Inner } from './inner.ts';
import { parseLossless } from './json.ts';

/** What merely carries documents on their way: Kafka Connect, Firehose, event source mappings, captured HTTP requests, Loki streams, replies of list calls. */
export function unwrapCarrier(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  return (
    unwrapConnect(value, envelope) ??
    unwrapDelivered(value, envelope) ??
    unwrapRequest(value, envelope) ??
    unwrapLoki(value, envelope) ??
    unwrapReply(value, envelope) ??
    unwrapContainerLog(value, envelope) ??
    unwrapSole(value, envelope)
  );
}

/** Kafka Connect's JSON converter: `{schema, payload}`, the schema null where schemas are off; the payload of a text source is JSON text. */
function unwrapConnect(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  if (value.payload === undefined || !('schema' in value) || Object.keys(value).length !== 2) return undefined;
  const { payload } = value;
  return typeof payload === 'object' || typeof payload === 'string' ? [{ content: payload, envelope }] : undefined;
}

/** Records of Firehose (`{recordId, data}`) and of Kafka through Lambda or a REST proxy (`{topic, partition, offset, value}`). */
function unwrapDelivered(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  if (isDelivered(value)) return [deliveredContent(value, envelope)];
  if (!('records' in value)) return undefined;
  const { records } = value;
  // Lambda groups Kafka's records by topic and partition.
  const found = isObject(records) ? Object.values(records).flatMap((group) => list(group)) : list(records);
  const first = found[0];
  return isObject(first) && isDelivered(first)
    ? found.map((record) => (isObject(record) ? deliveredContent(record, envelope) : { content: record, envelope }))
    : undefined;
}

function isDelivered(record: JsonObject): boolean {
  if (typeof record.data !== 'string' && !('value' in record)) return false;
  const keys = Object.keys(record);
  if (typeof record.data === 'string')
    return keys.every((key) => /^(data|recordId|approximateArrivalTimestamp|kinesisRecordMetadata)$/.test(key));
  return (
    keys.length > 1 &&
    keys.every((key) => /^(topic|partition|offset|timestamp|timestampType|key|value|headers)$/.test(key))
  );
}

function deliveredContent(record: JsonObject, envelope: Envelope): Inner {
  const held = record.data ?? record.value ?? null;
  const time = record.approximateArrivalTimestamp ?? record.timestamp;
  const isText = typeof held === 'string' && /^\s*[{[]/.test(held);
  const content = typeof held === 'string' && !isText ? (fromBase64(held) ?? held) : held;
  return { content, envelope: enrich(envelope, { time }) };
}

/** Headers that say what a webhook's body is. */
const TELLING = /^(x-[a-z]+-event|ce-[a-z]+)$/;

/** A captured HTTP request, as gateways and webhook relays hand it on: `{headers, body}`, the body perhaps base64. */
function unwrapRequest(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  const { headers, body } = value;
  if (!isObject(headers) || body === undefined || body === null) return undefined;
  const attributes: Record<string, Json> = {};
  for (const [name, item] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (TELLING.test(lower)) attributes[lower] = list(item)[0] ?? null;
  }
  const bytes = typeof body === 'string' && value.isBase64Encoded === true ? fromBase64(body) : undefined;
  return [{ content: bytes ?? body, envelope: enrich(envelope, { attributes }) }];
}

/** Loki's push and query bodies: streams with label sets and `[time, line]` pairs. */
function unwrapLoki(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  const streams = Array.isArray(value.streams)
    ? objects(value, 'streams')
    : isObject(value.data) && value.data.resultType === 'streams'
      ? objects(value.data, 'result')
      : [];
  if (!streams.some((stream) => isObject(stream.stream) && Array.isArray(stream.values))) return undefined;
  return streams.flatMap((stream) =>
    list(stream, 'values').flatMap((pair) => {
      const [time, line] = list(pair);
      return typeof line === 'string' ? [{ content: line, envelope: enrich(envelope, { time }) }] : [];
    }),
  );
}

/** Replies that list documents: CloudTrail's event history, Logs' filter results, Cloud Logging's entries, Security Command Center's findings. */
function unwrapReply(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  if ('Events' in value) {
    const history = objects(value, 'Events').filter((event) => typeof event.CloudTrailEvent === 'string');
    if (history.length > 0) return history.map((event) => ({ content: event.CloudTrailEvent ?? null, envelope }));
  }
  if (typeof value.CloudTrailEvent === 'string') return [{ content: value.CloudTrailEvent, envelope }];
  if ('events' in value) {
    const lines = objects(value, 'events').filter((event) => 'logStreamName' in event && 'message' in event);
    if (lines.length > 0)
      return lines.map((event) => ({
        content: event.message ?? null,
        envelope: enrich(envelope, { time: event.timestamp }),
      }));
  }
  // Okta's event hooks, and the bundles that GitHub's attestation API and CLI list.
  if (isObject(value.data) && value.eventType === 'com.okta.event_hook')
    return list(value.data, 'events').map((content) => ({ content, envelope }));
  if (Array.isArray(value.attestations))
    return objects(value, 'attestations').map((entry) => ({ content: entry.bundle ?? entry, envelope }));
  if (isObject(value.attestation) && isObject(value.attestation.bundle))
    return [{ content: value.attestation.bundle, envelope }];
  for (const key of ['entries', 'listFindingsResults']) {
    if (!(key in value)) continue;
    const items = objects(value, key);
    if (items.some((item) => 'logName' in item || isObject(item.finding)))
      return items.map((content) => ({ content, envelope }));
  }
  // Splunk's export, and what code scanning is given to upload.
  const raw = isObject(value.result) ? value.result._raw : value._raw;
  if (typeof raw === 'string' && raw.startsWith('{')) return [{ content: raw, envelope }];
  const upload = typeof value.sarif === 'string' && 'commit_sha' in value ? fromBase64(value.sarif) : undefined;
  if (upload !== undefined) return [{ content: upload, envelope }];
  // Logstash keeps the line that it could not take apart.
  const original =
    isObject(value.event) && Object.keys(value.event).length === 1 ? str(value.event, 'original') : undefined;
  const line = original?.startsWith('{') === true ? parseLossless(original) : undefined;
  return isObject(line) ? [{ content: line, envelope: enrich(envelope, { time: value['@timestamp'] }) }] : undefined;
}

/** Members of which a tool's own document has at least one; what an application logs has them by chance only. */
const TELLING_KEYS =
  /^(output_fields|process_(exec|exit|kprobe|tracepoint|loader|uprobe|lsm)|class_uid|auditID|audit_id|flow_id|SchemaVersion|matches|runs|bomFormat|spdxVersion|check_type|detector)$/;

/** A line of a container's standard output as Google's and Azure's agents keep it: parsed, beside its cluster and pod. */
function unwrapContainerLog(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  const line = value.jsonPayload ?? value.LogMessage ?? value.log_processed;
  const isContainer =
    str(value, 'resource', 'type')?.startsWith('k8s_') === true || 'PodName' in value || 'kubernetes' in value;
  const parsed = typeof line === 'string' && line.startsWith('{') ? parseLossless(line) : line;
  if (!isContainer || !isObject(parsed) || !Object.keys(parsed).some((key) => TELLING_KEYS.test(key))) return undefined;
  const resource = {
    'k8s.cluster.name':
      str(value, 'resource', 'labels', 'cluster_name') ??
      /\/managedclusters\/([^/]+)/i.exec(str(value, '_ResourceId') ?? '')?.[1]?.toLowerCase(),
  };
  return [{ content: parsed, envelope: enrich(envelope, { resource, time: value.timestamp ?? value.TimeGenerated }) }];
}

/** A single member that says no more than "here it is". */
function unwrapSole(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  if (!('data' in value) && !('payload' in value)) return undefined;
  const [name, ...others] = Object.keys(value);
  if (others.length > 0 || (name !== 'data' && name !== 'payload')) return undefined;
  const content = value[name];
  return (isObject(content) && !('affected_items' in content)) || Array.isArray(content)
    ? [{ content, envelope }]
    : undefined;
}
