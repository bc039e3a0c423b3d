import type { Envelope, Json, JsonObject } from '@cnapp-slo/model';
import { at, defined, isObject, list, num, objects, str } from '../read.ts';
import { unwrapAws } from './aws.ts';
import { fromBase64 } from './bytes.ts';
import { unwrapCarrier } from './carrier.ts';
import { enrich, type Inner } from './inner.ts';
import { parseLossless } from './json.ts';
import { unwrapOtlp } from './otlp.ts';

/** What a known envelope holds, with what it says added to the `Envelope`; undefined when the value is no envelope. */
export function unwrap(value: Json, envelope: Envelope): Inner[] | undefined {
  if (Array.isArray(value)) return keepWhole(value) ? undefined : value.map((content) => ({ content, envelope }));
  if (!isObject(value)) return undefined;
  return (
    unwrapOtlp(value, envelope) ??
    unwrapCloudEvent(value, envelope) ??
    unwrapCarrier(value, envelope) ??
    unwrapAws(value, envelope) ??
    unwrapPubSub(value, envelope) ??
    unwrapAzure(value, envelope) ??
    unwrapStore(value, envelope) ??
    unwrapKubernetes(value, envelope) ??
    unwrapShipper(value, envelope)
  );
}

/** Arrays that are one document: Trivy's legacy report. */
function keepWhole(value: Json[]): boolean {
  const first = value[0];
  return isObject(first) && 'Target' in first && ('Vulnerabilities' in first || 'Type' in first);
}

/** CloudEvents 1.0, structured. What is inside keeps the event's id, type, source, subject and trace. */
function unwrapCloudEvent(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  if (typeof value.specversion !== 'string' || typeof value.type !== 'string' || value.source === undefined)
    return undefined;
  const content = value.data ?? (typeof value.data_base64 === 'string' ? fromBase64(value.data_base64) : undefined);
  if (content === undefined || content === null) return undefined;
  const trace = /^00-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(str(value, 'traceparent') ?? '');
  const enriched = enrich(envelope, {
    attributes: {
      ce_id: str(value, 'id'),
      ce_type: value.type,
      ce_source: str(value, 'source'),
      ce_subject: str(value, 'subject'),
    },
    time: value.time,
  });
  return [
    {
      content,
      envelope: trace === null ? enriched : { ...enriched, ...defined({ traceId: trace[1], spanId: trace[2] }) },
    },
  ];
}

function unwrapPubSub(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  const messages =
    isObject(value.message) && 'data' in value.message && ('subscription' in value || 'messageId' in value.message)
      ? [value.message]
      : objects(value, 'receivedMessages').flatMap((received) => objects(received, 'message'));
  if (messages.length === 0) return undefined;
  return messages.flatMap((message) => {
    const content = fromBase64(str(message, 'data') ?? '');
    if (content === undefined) return [];
    const attributes: Record<string, Json | undefined> = {};
    for (const [key, item] of Object.entries(isObject(message.attributes) ? message.attributes : {}))
      attributes[key.toLowerCase()] = item;
    return [{ content, envelope: enrich(envelope, { attributes, time: message.publishTime }) }];
  });
}

/** Event Hub batches, Event Grid events, and the AKS control plane's log inside a diagnostic record. */
function unwrapAzure(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  if (Array.isArray(value.records) && Object.keys(value).length <= 2) {
    return value.records.map((content) => ({ content, envelope }));
  }
  if (typeof value.eventType === 'string' && 'dataVersion' in value && value.data !== undefined && 'subject' in value) {
    const attributes = { 'eventgrid.type': value.eventType, 'eventgrid.subject': str(value, 'subject') };
    return [{ content: value.data, envelope: enrich(envelope, { attributes, time: value.eventTime }) }];
  }
  const log = at(value, 'properties', 'log');
  if (typeof value.category === 'string' && typeof log === 'string') {
    const content = parseLossless(log);
    if (content === undefined) return undefined;
    const resourceId = str(value, 'resourceId') ?? str(value, 'resourceid');
    const cluster = /\/managedclusters\/([^/]+)/i.exec(resourceId ?? '')?.[1]?.toLowerCase();
    const resource = { 'k8s.cluster.name': cluster, 'cloud.resource_id': resourceId, 'cloud.provider': 'azure' };
    return [{ content, envelope: enrich(envelope, { resource, time: value.time }) }];
  }
  return undefined;
}

/** Elasticsearch and OpenSearch hits, and Splunk's HTTP event collector. */
function unwrapStore(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  const hits = at(value, 'hits', 'hits');
  if (Array.isArray(hits)) {
    return hits.flatMap((hit) =>
      isObject(hit) && hit._source !== undefined ? [{ content: hit._source, envelope }] : [],
    );
  }
  if (isObject(value._source) && '_index' in value) return [{ content: value._source, envelope }];
  if (value.event !== undefined && ('sourcetype' in value || 'index' in value) && 'source' in value) {
    return [
      {
        content: value.event,
        envelope: enrich(envelope, { resource: { 'host.name': str(value, 'host') }, time: value.time }),
      },
    ];
  }
  return undefined;
}

/** Lists of objects that have a format of their own are taken apart; a list of ordinary objects stays one inventory document. */
const REPORT_GROUP =
  /^(audit\.k8s\.io|aquasecurity\.github\.io|wgpolicyk8s\.io|reports\.x-k8s\.io|openreports\.io|constraints\.gatekeeper\.sh|spdx\.softwarecomposition\.kubescape\.io|argoproj\.io)\//;

function unwrapKubernetes(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  const watched = value.object;
  if (
    typeof value.type === 'string' &&
    /^(ADDED|MODIFIED|DELETED)$/.test(value.type) &&
    isObject(watched) &&
    'metadata' in watched
  ) {
    return [{ content: watched, envelope: enrich(envelope, { attributes: { 'k8s.watch.type': value.type } }) }];
  }
  if (typeof value.kind !== 'string' || !value.kind.endsWith('List') || !Array.isArray(value.items)) return undefined;
  const listed = str(value, 'apiVersion') ?? '';
  const first = str(value.items[0], 'apiVersion') ?? listed;
  if (!REPORT_GROUP.test(first)) return undefined;
  const kind = value.kind.slice(0, -'List'.length);
  // Items of a typed list may come without their own kind and version.
  return objects(value, 'items').map((item) => ({
    content: { ...(kind === '' ? {} : { apiVersion: listed, kind }), ...item },
    envelope,
  }));
}

const SHIPPED = [
  ...['log', 'message', 'msg', 'event', 'MESSAGE', 'Body', 'body', 'raw_message'],
  ...['short_message', 'full_message', 'textPayload'],
];

/** fluent-bit, fluentd, Docker, Filebeat and GELF lines: the tool's JSON is a string in `log`, `message` or `msg`. */
function unwrapShipper(value: JsonObject, envelope: Envelope): Inner[] | undefined {
  // An OCSF event's message may quote the event that it was made from.
  if ('class_uid' in value) return undefined;
  for (const key of SHIPPED) {
    const text = value[key];
    if (isObject(text) && key === 'log' && isObject(value.kubernetes))
      return [{ content: text, envelope: shipperEnvelope(value, envelope) }];
    if (typeof text !== 'string') continue;
    const open = text.search(/\S/);
    if (open === -1 || (text[open] !== '{' && text[open] !== '[')) {
      if (!(key === 'message' && 'logStreamName' in value)) continue;
      return [{ content: text, envelope: shipperEnvelope(value, envelope) }];
    }
    const content = parseLossless(text);
    if (isObject(content) || (Array.isArray(content) && isObject(content[0]))) {
      return [{ content, envelope: shipperEnvelope(value, envelope) }];
    }
  }
  return undefined;
}

/** The pod that wrote a line is the tool's own, never what the line is about: of its metadata only node, host and cluster are kept. */
function shipperEnvelope(value: JsonObject, envelope: Envelope): Envelope {
  const kubernetes = value.kubernetes;
  return enrich(envelope, {
    resource: {
      'k8s.node.name': str(kubernetes, 'host') ?? str(kubernetes, 'node', 'name'),
      'k8s.cluster.name':
        str(value, 'cluster_name') ??
        str(kubernetes, 'cluster_name') ??
        str(value, 'resource', 'labels', 'cluster_name'),
      'host.name':
        str(value, 'hostname') ??
        str(value, '_HOSTNAME') ??
        (typeof value.host === 'string' ? value.host : str(value, 'host', 'name')),
    },
    time:
      value['@timestamp'] ?? value.time ?? num(value, 'timestamp') ?? num(value, 'date') ?? list(value, 'timestamp')[0],
  });
}
