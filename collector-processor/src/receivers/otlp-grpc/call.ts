import { constants as h2, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Signal } from '@cnapp-slo/model';
import type { BufferPool } from '../otlp/buffer-pool.ts';
import type { BudgetShare } from '../otlp/byte-budget.ts';
import { type Compression, compressionOf } from '../otlp/decompress.ts';
import { type Failure, OtlpExchange } from '../otlp/exchange.ts';
import type { Authorize } from '../otlp/listener.ts';
import { type Refusal, type RpcCodeName, responseBytes, rpcCode, statusBytes } from '../otlp/messages.ts';
import type { ReceiverSettings } from '../settings.ts';
import type { OtlpGrpcConfig } from './config.ts';
import { type Progress, UnaryFrame } from './frame.ts';

const services = new Map<string, Signal>([
  ['/opentelemetry.proto.collector.logs.v1.LogsService/Export', 'logs'],
  ['/opentelemetry.proto.collector.trace.v1.TraceService/Export', 'traces'],
  ['/opentelemetry.proto.collector.metrics.v1.MetricsService/Export', 'metrics'],
]);
const successHeaders = { ':status': 200, 'content-type': 'application/grpc+proto' };
const successTrailers = { 'grpc-status': '0' };

export interface CallContext {
  config: OtlpGrpcConfig;
  authorize: Authorize;
  settings: ReceiverSettings;
  buffers: BufferPool;
  done: () => void;
}

/** One unary call, from its headers to its trailers. */
export class GrpcCall {
  readonly startedAt = performance.now();
  readonly #stream: ServerHttp2Stream;
  readonly #headers: IncomingHttpHeaders;
  readonly #exchange: OtlpExchange;
  readonly #context: CallContext;
  readonly #share: BudgetShare;
  readonly #frame: UnaryFrame;
  #signal: Signal | undefined;
  #compression: Compression = 'none';
  isReceiving = true;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, exchange: OtlpExchange, context: CallContext) {
    this.#stream = stream;
    this.#headers = headers;
    this.#exchange = exchange;
    this.#context = context;
    this.#share = exchange.share();
    this.#frame = new UnaryFrame(context.config.max_message_bytes, (bytes) =>
      this.#share.grow(bytes) ? context.buffers.take(bytes) : null,
    );
  }

  start(): void {
    const stream = this.#stream;
    stream.on('error', () => {}); // reset by the peer: `close` follows
    stream.on('close', () => {
      // The intake may still read the message; then the share goes back after it.
      if (this.isReceiving) this.#release();
    });
    const refusal = this.#checkHeaders();
    if (refusal !== undefined) {
      this.#refuse(refusal);
      return;
    }
    stream.on('data', (chunk: Buffer) => {
      if (!this.isReceiving) return;
      const problem = refusalOf(this.#frame.add(chunk));
      if (problem !== undefined) this.#refuse(problem);
    });
    stream.on('end', () => {
      if (!this.isReceiving) return;
      const { isWhole, message } = this.#frame;
      if (isWhole && message && this.#signal) void this.#answer(this.#signal, message);
      else this.#refuse({ code: 'INVALID_ARGUMENT', message: 'the call ended before its message did' });
    });
  }

  cancel(code: number): void {
    this.#stream.close(code);
  }

  #checkHeaders(): Refusal | undefined {
    const headers = this.#headers;
    const path = headers[':path'] ?? '';
    const signal = services.get(path);
    const isGrpc = headers[':method'] === 'POST' && headers['content-type']?.startsWith('application/grpc');
    if (signal === undefined || !isGrpc) return { code: 'UNIMPLEMENTED', message: 'no such method' };
    this.#signal = signal;
    if (!this.#context.authorize(headers.authorization)) {
      return { code: 'UNAUTHENTICATED', message: 'a valid bearer token is needed' };
    }
    const compression = compressionOf(String(headers['grpc-encoding'] ?? ''));
    if (compression === null) return { code: 'UNIMPLEMENTED', message: 'grpc-encoding must be identity, gzip or zstd' };
    this.#compression = compression;
    return undefined;
  }

  async #answer(signal: Signal, message: Buffer): Promise<void> {
    this.isReceiving = false;
    if (this.#isLate()) {
      this.#refuse({ code: 'DEADLINE_EXCEEDED', message: 'the deadline passed before the message was read' });
      return;
    }
    const { compressed } = this.#frame;
    if (compressed && this.#compression === 'none') {
      this.#refuse({ code: 'INVALID_ARGUMENT', message: 'a compressed message without grpc-encoding' });
      return;
    }
    const compression = compressed ? this.#compression : 'none';
    const outcome = await this.#exchange.handle(
      { signal, encoding: 'otlp_proto', compression, body: message },
      this.#share,
    );
    if (outcome.kind === 'accepted') this.#succeed(outcome.rejected, outcome.message);
    else this.#refuse(refusalFor(outcome));
  }

  #succeed(rejected: number, message: string): void {
    this.#finish('OK');
    const stream = this.#stream;
    if (stream.destroyed || stream.closed) return;
    const response = responseBytes(rejected, message);
    const frame = Buffer.alloc(5 + response.length);
    frame.writeUInt32BE(response.length, 1);
    response.copy(frame, 5);
    stream.respond(successHeaders, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(successTrailers));
    stream.end(frame);
  }

  /** Trailers only; the rest of the request is not wanted. */
  #refuse(refusal: Refusal): void {
    this.#finish(refusal.code);
    const stream = this.#stream;
    if (stream.destroyed || stream.closed) return;
    const headers: Record<string, string | number> = {
      ':status': 200,
      'content-type': 'application/grpc+proto',
      'grpc-status': String(rpcCode[refusal.code]),
      'grpc-message': percentEncode(refusal.message),
    };
    if (refusal.retryAfterMs !== undefined) {
      headers['grpc-status-details-bin'] = statusBytes(refusal).toString('base64');
    }
    if (refusal.code === 'UNIMPLEMENTED') headers['grpc-accept-encoding'] = 'identity,gzip,zstd';
    stream.respond(headers, { endStream: true });
    stream.resume();
    if (!stream.readableEnded) stream.close(h2.NGHTTP2_NO_ERROR);
  }

  #finish(code: RpcCodeName): void {
    this.isReceiving = false;
    this.#context.settings.telemetry.request('otlp_grpc', this.#signal ?? null, code);
    this.#release();
  }

  #release(): void {
    this.isReceiving = false;
    this.#share.release();
    const { message } = this.#frame;
    if (message !== undefined) this.#context.buffers.give(message);
    this.#context.done();
  }

  /** `grpc-timeout` is up to eight digits and a unit. Work whose sender has given up would be done twice. */
  #isLate(): boolean {
    const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(String(this.#headers['grpc-timeout'] ?? '')) ?? [];
    if (digits === undefined || unit === undefined) return false;
    return performance.now() - this.startedAt > Number(digits) * (unitMs[unit] ?? Number.POSITIVE_INFINITY);
  }
}

/** As grpc-message wants it; a header has little room, so a long message is cut. */
function percentEncode(message: string): string {
  return encodeURIComponent(message.slice(0, 512).toWellFormed()).replaceAll('%20', ' ');
}

const unitMs: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

const tooLarge: Refusal = { code: 'RESOURCE_EXHAUSTED', message: 'the message is larger than max_message_bytes' };

function refusalOf(progress: Progress): Refusal | undefined {
  switch (progress) {
    case 'partial':
    case 'whole':
      return undefined;
    case 'too_large':
      return tooLarge;
    case 'no_room':
      return refusalFor(OtlpExchange.noRoom);
    case 'bad_flag':
      return { code: 'INVALID_ARGUMENT', message: 'the message has an unknown compression flag' };
    case 'trailing':
      return { code: 'INVALID_ARGUMENT', message: 'a unary call has one message' };
  }
}

/** RESOURCE_EXHAUSTED without RetryInfo is final for OTLP senders: right for what will never fit. */
function refusalFor(failure: Failure): Refusal {
  switch (failure.kind) {
    case 'invalid':
      return { code: 'INVALID_ARGUMENT', message: `${failure.code}: ${failure.message}` };
    case 'too_large':
      return tooLarge;
    case 'overloaded':
      return { code: 'UNAVAILABLE', message: failure.code, retryAfterMs: failure.retryAfterMs };
    case 'internal':
      return { code: 'INTERNAL', message: 'internal error' };
  }
}
