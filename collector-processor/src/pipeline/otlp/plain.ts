import type { DataPointView, LogRecordView, SpanView } from './record-view.ts';

/** For tests: everything a view can tell, as plain data that outlives the view. */
export function plainLog(record: LogRecordView) {
  return {
    ...plainRecord(record),
    timeMs: record.timeMs,
    observedMs: record.observedMs,
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    eventName: record.eventName,
    traceId: record.traceId,
    spanId: record.spanId,
    bodyKind: record.bodyKind,
    bodyText: record.bodyText(),
    bodyJson: record.bodyJson(),
  };
}

export function plainSpan(span: SpanView) {
  return {
    ...plainRecord(span),
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    kind: span.kind,
    startMs: span.startMs,
    endMs: span.endMs,
    statusCode: span.statusCode,
    statusMessage: span.statusMessage,
    links: span.links(),
    events: span.events(),
  };
}

export function plainPoint(point: DataPointView) {
  return {
    ...plainRecord(point),
    metricName: point.metricName,
    unit: point.unit,
    metricKind: point.metricKind,
    temporality: point.temporality,
    isMonotonic: point.isMonotonic,
    startMs: point.startMs,
    timeMs: point.timeMs,
    value: point.value,
    count: point.count,
  };
}

function plainRecord(record: LogRecordView | SpanView | DataPointView) {
  return {
    resource: { ...record.resource },
    scopeName: record.scopeName,
    scopeVersion: record.scopeVersion,
    attributes: record.attributes(),
  };
}
