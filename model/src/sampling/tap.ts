import type { Json } from '../domain/format.ts';
import type { Delivery } from '../domain/ports.ts';
import type { EventClass } from './event-class.ts';

/** What a sampler needs of a record. */
export interface TappedRecord {
  readonly resource: Readonly<Record<string, Json>>;
  readonly scopeName: string;
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string | undefined;
  readonly byteLength: number;
  /** Where it stands in the payload: its first byte, in OTLP/JSON its ordinal. */
  readonly place: number;
  attribute(name: string): Json | undefined;
}

export interface TappedKind {
  tenant: string;
  format: string;
  eventClass: EventClass;
  assetId: string | null;
  timeMs: number | undefined;
  /** W3C `tracestate` of a span. */
  traceState?: string;
}

/** Sees every log record and span of one delivery, in their order. */
export interface DeliveryTap {
  take(record: TappedRecord, kind: TappedKind): void;
  /** Resolves when what is to be forwarded is durable; false: it cannot be taken now. */
  end(): Promise<boolean>;
}

/** Looks at telemetry after it was recognised, and before it is acknowledged. */
export interface SamplingTap {
  begin(delivery: Delivery): DeliveryTap;
}
