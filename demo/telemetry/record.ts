import type { JsonObject } from '@cnapp-slo/model';

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** One thing that some tool says, before OTLP. */
export type Telemetry = LogRecord | Span;

export interface LogRecord {
  signal: 'log';
  /** Event time, epoch ms. */
  atMs: number;
  /** The format that it is in, as the processor calls it; not sent. */
  format: string;
  resource: Attributes;
  attributes: Attributes;
  /** The tool's own JSON. */
  body: JsonObject;
  /** Sent as an OTLP map, as the Collector's own receivers do; else as a string, as log shippers do. */
  structured: boolean;
}

export interface Span {
  signal: 'span';
  /** When it ended, epoch ms. */
  atMs: number;
  format: string;
  resource: Attributes;
  attributes: Attributes;
  name: string;
  /** Hexadecimal, 32 and 16 digits. */
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  startMs: number;
  failed: boolean;
}

export function logRecord(
  atMs: number,
  format: string,
  resource: Attributes,
  body: JsonObject,
  attributes: Attributes = {},
): LogRecord {
  return { signal: 'log', atMs, format, resource, attributes, body, structured: false };
}

/** RFC 3339 to the second, as most tools write it. */
export function seconds(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

export function milliseconds(atMs: number): string {
  return new Date(atMs).toISOString();
}
