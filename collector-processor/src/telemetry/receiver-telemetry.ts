import type { Delivery, Signal } from '@cnapp-slo/model';

export type Transport = Delivery['transport'];

/** What receivers count about themselves. Called a few times per request, never per record. */
export interface ReceiverTelemetry {
  /**
   * A request or message was answered: `code` is the gRPC status name, the HTTP status, or the Kafka outcome. The
   * signal is null when its path names none.
   */
  request(transport: Transport, signal: Signal | null, code: string): void;
  /** Bytes taken off the wire, before decompression. */
  bytes(transport: Transport, signal: Signal, count: number): void;
  acceptedRecords(transport: Transport, signal: Signal, count: number): void;
  /** Records refused for good, with the reason's stable code. */
  refusedRecords(transport: Transport, signal: Signal, code: string, count: number): void;
  /** Bytes held for requests that are not answered yet. */
  bytesInFlight(transport: Transport, bytes: number): void;
}

/** Rare events of a receiver's life (started, retrying, stopped); never one per record. */
export interface ReceiverLog {
  info(message: string, fields?: Readonly<Record<string, string | number>>): void;
  warn(message: string, fields?: Readonly<Record<string, string | number>>): void;
}
