import type { Json } from '@cnapp-slo/model';
import type { Attributes, LogRecord, Span, Telemetry } from './record.ts';

/** OTLP/JSON: ids are hexadecimal, 64-bit numbers decimal strings. Source: opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. */
export interface OtlpRequests {
  /** Body of `POST /v1/logs`; null when there are no records. */
  logs: string | null;
  /** Body of `POST /v1/traces`; null when there are no spans. */
  traces: string | null;
}

export function encode(telemetry: readonly Telemetry[]): OtlpRequests {
  const logs = telemetry.filter((item) => item.signal === 'log');
  const spans = telemetry.filter((item) => item.signal === 'span');
  return {
    logs: logs.length === 0 ? null : JSON.stringify({ resourceLogs: grouped(logs, 'scopeLogs', 'logRecords', logOf) }),
    traces:
      spans.length === 0 ? null : JSON.stringify({ resourceSpans: grouped(spans, 'scopeSpans', 'spans', spanOf) }),
  };
}

/** Records of one resource together, in the order in which they came. */
function grouped<T extends Telemetry>(
  items: readonly T[],
  scopes: string,
  field: string,
  encodeOne: (item: T) => object,
) {
  const groups = Map.groupBy(items, (item) => JSON.stringify(item.resource));
  return [...groups.values()].map((group) => ({
    resource: { attributes: attributesOf(group[0]?.resource ?? {}) },
    [scopes]: [{ scope: { name: 'cnapp-slo-demo' }, [field]: group.map(encodeOne) }],
  }));
}

function logOf({ atMs, attributes, body, structured }: LogRecord): object {
  return {
    timeUnixNano: nanoseconds(atMs),
    observedTimeUnixNano: nanoseconds(atMs),
    body: structured ? anyValue(body) : { stringValue: JSON.stringify(body) },
    attributes: attributesOf(attributes),
  };
}

function spanOf({ name, traceId, spanId, parentSpanId, startMs, atMs, attributes, failed }: Span): object {
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name,
    kind: 1,
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(atMs),
    attributes: attributesOf(attributes),
    status: failed ? { code: 2 } : { code: 1 },
  };
}

function attributesOf(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: Json): object {
  if (value === null) return {};
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: Object.entries(value).map(([key, item]) => ({ key, value: anyValue(item) })) } };
}

function nanoseconds(atMs: number): string {
  return `${Math.round(atMs)}000000`;
}
