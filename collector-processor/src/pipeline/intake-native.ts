import type { Delivery, DeliveryTap, Envelope, Json, TappedRecord } from '@cnapp-slo/model';
import { type Batch, tenantOf } from './batch.ts';
import type { ReadResult } from './otlp/index.ts';
import { takeInTurn } from './record-documents.ts';

/** Documents of a tool's own format: a Kafka message, or a file. Nothing readable in it makes it invalid. */
export async function readNative(delivery: Delivery, batch: Batch, tap: DeliveryTap | null): Promise<ReadResult> {
  const headers = delivery.headers ?? {};
  const envelope: Envelope = { resource: resourceOf(headers), attributes: headers, receivedMs: delivery.receivedMs };
  if (delivery.recordTimeMs !== undefined) envelope.recordTimeMs = delivery.recordTimeMs;
  if (headers.path !== undefined) envelope.path = headers.path;
  const trace = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(headers.traceparent ?? '');
  if (trace?.[1] !== undefined && trace[2] !== undefined) {
    envelope.traceId = trace[1];
    envelope.spanId = trace[2];
  }
  const taken = await takeInTurn(delivery.bytes, envelope, batch);
  if (taken.documents === 0) {
    const [code, ...message] = (batch.firstRejection ?? 'peel.empty: there is no document in it').split(': ');
    return { ok: false, code: code ?? 'peel.empty', message: message.join(': ') };
  }
  const message: TappedRecord = {
    resource: envelope.resource,
    scopeName: '',
    traceId: envelope.traceId,
    byteLength: delivery.bytes.byteLength,
    place: 0,
    attribute: (name) => envelope.attributes[name],
  };
  const timeMs = delivery.recordTimeMs ?? delivery.receivedMs;
  tap?.take(message, { ...taken, tenant: tenantOf(envelope.resource, headers) }, timeMs);
  return { ok: true, records: taken.documents, rejected: 0 };
}

/** The Collector's Kafka exporter can put resource attributes into headers; ours are passed on as they are. */
function resourceOf(headers: Readonly<Record<string, string>>): Readonly<Record<string, Json>> {
  const keys = Object.keys(headers).filter((key) => /^(cloud|k8s|service|deployment|cnapp)\./.test(key));
  return Object.fromEntries(keys.map((key) => [key, headers[key] ?? null]));
}
