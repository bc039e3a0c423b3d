import { type ClientHttp2Session, connect } from 'node:http2';
import type { Downstream, Shipment, Shipped } from './downstream.ts';
import { jsonToProto } from './json-to-proto.ts';

const PATHS = {
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
};
/**
 * CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS. Source:
 * opentelemetry.io/docs/specs/otlp, "Failures"; RESOURCE_EXHAUSTED without RetryInfo is taken as passing, too: here is a queue.
 */
const RETRYABLE = new Set([1, 4, 8, 10, 11, 14, 15]);

export class OtlpGrpcDownstream implements Downstream {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;
  #session: ClientHttp2Session | null = null;

  /** `endpoint` is `http://host:port`, or `https://…`. */
  constructor(endpoint: string, headers: Readonly<Record<string, string>>, timeoutMs: number) {
    this.#url = endpoint;
    this.#headers = headers;
    this.#timeoutMs = timeoutMs;
  }

  ship({ signal, encoding, body }: Shipment): Promise<Shipped> {
    const message = encoding === 'otlp_proto' ? body : jsonToProto(body, signal);
    const frame = Buffer.alloc(5);
    frame.writeUInt32BE(message.length, 1);
    return new Promise((done) => {
      const stream = this.#connected().request({
        ':method': 'POST',
        ':path': PATHS[signal],
        'content-type': 'application/grpc',
        te: 'trailers',
        ...this.#headers,
      });
      let status = -1;
      const note = (headers: object): void => {
        if ('grpc-status' in headers) status = Number(headers['grpc-status']);
      };
      stream.setTimeout(this.#timeoutMs, () => stream.close());
      stream.on('response', note);
      stream.on('trailers', note);
      stream.on('data', () => {});
      stream.on('error', () => {}); // 'close' follows
      stream.on('close', () => {
        if (status === 0) done({ status: 'delivered' });
        else if (status === -1) done({ status: 'retry', code: 'unreachable' });
        else done({ status: RETRYABLE.has(status) ? 'retry' : 'rejected', code: `grpc_${status}` });
      });
      stream.end(Buffer.concat([frame, message]));
    });
  }

  async close(): Promise<void> {
    this.#session?.destroy();
    this.#session = null;
  }

  /** A connection that failed is replaced with the next shipment. */
  #connected(): ClientHttp2Session {
    const known = this.#session;
    if (known && !known.destroyed && !known.closed) return known;
    const session = connect(this.#url);
    session.on('error', () => session.destroy());
    session.on('goaway', () => session.close());
    this.#session = session;
    return session;
  }
}
