import type { Delivery, DeliveryTap, Envelope } from '@cnapp-slo/model';
import { mayBeNative } from '../formats/index.ts';
import { isPlainLine } from '../formats/prefilter.ts';
import { AgentMetrics } from './agent-metrics.ts';
import { type Batch, tenantOf } from './batch.ts';
import type { DataPointView, LogRecordView, ReadResult, SpanView } from './otlp/index.ts';
import { readLogs, readLogsJson, readMetrics, readMetricsJson, readSpans, readSpansJson } from './otlp/index.ts';
import { PlainCounter } from './plain-counter.ts';
import { takeDocuments } from './record-documents.ts';
import { spanDocument } from './span-document.ts';

/** An OTLP delivery, record by record: those that may be of a known format are taken, the others counted. */
export function readOtlp(delivery: Delivery, batch: Batch, tap: DeliveryTap | null): ReadResult {
  const { bytes } = delivery;
  const isJson = delivery.encoding === 'otlp_json';
  const plain = new PlainCounter(batch, delivery.signal);
  let result: ReadResult;
  if (delivery.signal === 'logs') {
    const visit = (record: LogRecordView): void => takeLog(record, delivery, batch, plain, tap);
    result = isJson ? readLogsJson(bytes, visit) : readLogs(bytes, visit);
  } else if (delivery.signal === 'traces') {
    const visit = (span: SpanView): void => takeSpan(span, delivery, batch, plain, tap);
    result = isJson ? readSpansJson(bytes, visit) : readSpans(bytes, visit);
  } else {
    const agents = new AgentMetrics(delivery.receivedMs);
    const visit = (point: DataPointView): void => {
      plain.count(point);
      agents.see(point);
    };
    result = isJson ? readMetricsJson(bytes, visit) : readMetrics(bytes, visit);
    if (result.ok) agents.flush(batch);
  }
  if (result.ok) plain.flush();
  return result;
}

/** Route on bytes before parsing a body: most log lines are no security telemetry and cost a look at their first byte. */
function takeLog(
  record: LogRecordView,
  delivery: Delivery,
  batch: Batch,
  plain: PlainCounter,
  tap: DeliveryTap | null,
): void {
  const { bodyKind } = record;
  const text = bodyKind === 'string' || bodyKind === 'bytes';
  const isCandidate = text
    ? (!isPlainLine(record.bodyFirstByte, record.bodyHasQuote()) && mayBeNative(record.bodyBytes())) ||
      record.attribute('cnapp.format') !== undefined ||
      isAttributeOnly(record)
    : bodyKind === 'value' || isAttributeOnly(record);
  const timeMs = record.timeMs ?? record.observedMs;
  if (!isCandidate) {
    plain.count(record);
    tap?.take(record, plain.kind, timeMs);
    return;
  }
  const envelope: Envelope = {
    resource: record.resource,
    attributes: record.attributes(),
    receivedMs: delivery.receivedMs,
  };
  if (timeMs !== undefined) envelope.recordTimeMs = timeMs;
  if (record.traceId !== undefined) envelope.traceId = record.traceId;
  if (record.spanId !== undefined) envelope.spanId = record.spanId;
  const taken = takeDocuments(text ? record.bodyText() : record.bodyJson(), envelope, batch, record.byteLength);
  tap?.take(record, { ...taken, tenant: tenantOf(envelope.resource, envelope.attributes) }, timeMs);
}

/** Encodings that leave the body empty or say everything in attributes (awslogs, gcp audit, falcosidekick). */
function isAttributeOnly(record: LogRecordView): boolean {
  if (record.bodyKind === 'none') return true;
  return record.scopeName === 'falco' || record.attribute('rule') !== undefined;
}

function takeSpan(
  span: SpanView,
  delivery: Delivery,
  batch: Batch,
  plain: PlainCounter,
  tap: DeliveryTap | null,
): void {
  const document = spanDocument(span);
  const timeMs = span.endMs ?? span.startMs;
  const { traceState } = span;
  if (document === null) {
    plain.count(span);
    tap?.take(span, traceState === '' ? plain.kind : { ...plain.kind, traceState }, timeMs);
    return;
  }
  const envelope: Envelope = {
    resource: span.resource,
    attributes: span.attributes(),
    receivedMs: delivery.receivedMs,
  };
  if (timeMs !== undefined) envelope.recordTimeMs = timeMs;
  if (span.traceId !== undefined) envelope.traceId = span.traceId;
  if (span.spanId !== undefined) envelope.spanId = span.spanId;
  const taken = takeDocuments(document, envelope, batch, span.byteLength);
  tap?.take(span, { ...taken, tenant: tenantOf(envelope.resource, envelope.attributes), traceState }, timeMs);
}
