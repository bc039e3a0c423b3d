import type { Json } from '@cnapp-slo/model';

export type Attributes = Readonly<Record<string, Json>>;

/**
 * What every OTLP record carries. One view is reused for all records of a payload: read what is needed inside `visit`
 * and keep no reference to the view itself. What its methods return may be kept, except `bodyBytes()`, which is a
 * window into the payload.
 */
export interface RecordView {
  /** Resource attributes; the same object for records of the same resource, often across payloads too. */
  readonly resource: Attributes;
  readonly scopeName: string;
  readonly scopeVersion: string;
  /** Bytes that the record itself takes in the payload (OTLP/JSON: written compactly). */
  readonly byteLength: number;
  /** Where it stands in the payload: its first byte, in OTLP/JSON its ordinal. */
  readonly place: number;
  /** All attributes; a repeated key takes its last value. */
  attributes(): Attributes;
  /** One attribute without building the others; undefined when it is absent. */
  attribute(name: string): Json | undefined;
}

/** `value` is any AnyValue that is neither text nor bytes: kvlist, array, number, boolean. */
export type BodyKind = 'none' | 'string' | 'bytes' | 'value';

/** A log record (opentelemetry/proto/logs/v1/logs.proto). Times are epoch milliseconds, undefined when 0 or absent. */
export interface LogRecordView extends RecordView {
  readonly timeMs: number | undefined;
  readonly observedMs: number | undefined;
  /** 1..24; 0 is unspecified. Says nothing about the severity of a finding inside. */
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  /** Lower-case hex; undefined when absent, all zero or of the wrong length. */
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly bodyKind: BodyKind;
  /** Of a `string` or `bytes` body: its first byte (-1 when it is empty), and whether a double quote is in it. */
  readonly bodyFirstByte: number;
  bodyHasQuote(): boolean;
  /** UTF-8 of a `string` body or the content of a `bytes` body; empty for the other kinds. */
  bodyBytes(): Uint8Array;
  /** The same as text; malformed UTF-8 becomes U+FFFD. */
  bodyText(): string;
  /** The body as JSON: a string body stays a string, bytes become base64, none is null. */
  bodyJson(): Json;
}

export interface SpanLink {
  traceId: string | undefined;
  spanId: string | undefined;
  attributes: Attributes;
}

export interface SpanEvent {
  name: string;
  timeMs: number | undefined;
  attributes: Attributes;
}

/** A span (opentelemetry/proto/trace/v1/trace.proto). */
export interface SpanView extends RecordView {
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
  /** 0 unset, 1 ok, 2 error. */
  readonly statusCode: number;
  readonly statusMessage: string;
  /** W3C `tracestate`; empty when absent. */
  readonly traceState: string;
  links(): SpanLink[];
  events(): SpanEvent[];
}

export type MetricKind = 'gauge' | 'sum' | 'histogram' | 'exponential_histogram' | 'summary';

/** One data point of a metric (opentelemetry/proto/metrics/v1/metrics.proto). */
export interface DataPointView extends RecordView {
  readonly metricName: string;
  readonly unit: string;
  readonly metricKind: MetricKind;
  /** 0 unspecified, 1 delta, 2 cumulative; 0 for gauges and summaries. */
  readonly temporality: number;
  readonly isMonotonic: boolean;
  readonly startMs: number | undefined;
  readonly timeMs: number | undefined;
  /** The number of a gauge or sum, the sum of the others; null when there is none or the point says "no value". */
  readonly value: number | null;
  /** Observations behind a histogram or summary point; null for gauges and sums. */
  readonly count: number | null;
}

/**
 * `records` were visited, `rejected` were skipped for errors of their own (`message` is the first one's).
 * Not ok: the bytes are no such request. Records may have been visited before the error showed: discard them.
 */
export type ReadResult =
  | { ok: true; records: number; rejected: number; message?: string }
  | { ok: false; code: string; message: string };
