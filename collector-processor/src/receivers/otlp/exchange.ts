import type { Delivery, Intake, Signal } from '@cnapp-slo/model';
import type { Transport } from '../../telemetry/receiver-telemetry.ts';
import type { ReceiverSettings } from '../settings.ts';
import { type BudgetShare, ByteBudget } from './byte-budget.ts';
import { type Compression, decompress } from './decompress.ts';

/** How a request ended; each protocol has its own words for it. */
export type Outcome = { kind: 'accepted'; rejected: number; message: string } | Failure;

export type Failure =
  | { kind: 'invalid'; code: string; message: string }
  | { kind: 'too_large' }
  | { kind: 'overloaded'; code: string; retryAfterMs: number }
  | { kind: 'internal' };

export interface ExportRequest {
  signal: Signal;
  encoding: Delivery['encoding'];
  compression: Compression;
  body: Uint8Array;
}

/** A sender that is told "not now" by the receiver itself waits this long. */
const retryAfterMs = 1000;

/** The way of a request from its bytes to the intake and back, the same for OTLP/gRPC and OTLP/HTTP. */
export class OtlpExchange {
  readonly #transport: Transport;
  readonly #intake: Intake;
  readonly #settings: ReceiverSettings;
  readonly #maxMessageBytes: number;
  readonly #budget: ByteBudget;

  constructor(
    transport: Transport,
    config: { max_message_bytes: number; max_bytes_in_flight: number },
    intake: Intake,
    settings: ReceiverSettings,
  ) {
    this.#transport = transport;
    this.#intake = intake;
    this.#settings = settings;
    this.#maxMessageBytes = config.max_message_bytes;
    this.#budget = new ByteBudget(config.max_bytes_in_flight, (bytes) =>
      settings.telemetry.bytesInFlight(transport, bytes),
    );
  }

  /** The bytes a request holds until it is answered. The caller grows it while the body arrives, and releases it. */
  share(): BudgetShare {
    return this.#budget.share();
  }

  static readonly noRoom: Failure = { kind: 'overloaded', code: 'receiver.bytes_in_flight', retryAfterMs };

  /**
   * Never rejects. The caller releases the share. The body is only lent to the intake, until it answers: OTLP/gRPC
   * receives the next message into the same buffer.
   */
  async handle(request: ExportRequest, share: BudgetShare): Promise<Outcome> {
    const { telemetry } = this.#settings;
    telemetry.bytes(this.#transport, request.signal, request.body.byteLength);
    try {
      const outcome = await this.#deliver(request, share);
      if (outcome.kind === 'invalid') telemetry.refusedRecords(this.#transport, request.signal, outcome.code, 1);
      return outcome;
    } catch (error) {
      this.#settings.log.warn('a request failed', { transport: this.#transport, error: String(error) });
      return { kind: 'internal' };
    }
  }

  async #deliver(request: ExportRequest, share: BudgetShare): Promise<Outcome> {
    const { signal, encoding, compression, body } = request;
    const inflated = await decompress(body, compression, this.#maxMessageBytes);
    if (!inflated.ok) {
      if (inflated.reason === 'too_large') return { kind: 'too_large' };
      return { kind: 'invalid', code: `receiver.${compression}`, message: `the body is no ${compression} data` };
    }
    if (compression !== 'none' && !share.grow(inflated.bytes.byteLength)) return OtlpExchange.noRoom;

    const { bytes } = inflated;
    const receivedMs = this.#settings.now();
    const result = await this.#intake.accept({ transport: this.#transport, encoding, signal, bytes, receivedMs });
    if (result.status === 'retryable') return { kind: 'overloaded', ...result };
    if (result.status === 'invalid') return { kind: 'invalid', code: result.code, message: result.message };
    this.#count(signal, result.records, result.rejected);
    return { kind: 'accepted', rejected: result.rejected, message: result.message ?? '' };
  }

  #count(signal: Signal, accepted: number, rejected: number): void {
    const { telemetry } = this.#settings;
    if (accepted > 0) telemetry.acceptedRecords(this.#transport, signal, accepted);
    if (rejected > 0) telemetry.refusedRecords(this.#transport, signal, 'intake.rejected', rejected);
  }
}
