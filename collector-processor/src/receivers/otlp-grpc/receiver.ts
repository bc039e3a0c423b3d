import {
  createSecureServer,
  createServer,
  type Http2Server,
  constants as h2,
  type ServerHttp2Session,
} from 'node:http2';
import type { Component, Intake } from '@cnapp-slo/model';
import { BufferPool } from '../otlp/buffer-pool.ts';
import { OtlpExchange } from '../otlp/exchange.ts';
import { boundAddress, listen, readAuthorize, readTls } from '../otlp/listener.ts';
import type { ReceiverSettings } from '../settings.ts';
import { GrpcCall } from './call.ts';
import type { OtlpGrpcConfig } from './config.ts';

/** Half the bandwidth-delay product of the default 64 KiB windows is spent waiting: measured a third cheaper a request. */
const windowBytes = 4 * 1024 * 1024;
/** What is under way at a stop gets this long; senders repeat what was cut off. */
const stopGraceMs = 5000;
const key = 'receivers.otlp.grpc';

/** OTLP/gRPC: unary Export of logs, traces and metrics, on node:http2 with its own framing. */
export class OtlpGrpcReceiver implements Component {
  readonly name = 'otlp_grpc';
  readonly #config: OtlpGrpcConfig;
  readonly #settings: ReceiverSettings;
  readonly #exchange: OtlpExchange;
  readonly #buffers: BufferPool;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #calls = new Set<GrpcCall>();
  #server: Http2Server | undefined;
  #watch: NodeJS.Timeout | undefined;

  constructor(config: OtlpGrpcConfig, intake: Intake, settings: ReceiverSettings) {
    this.#config = config;
    this.#settings = settings;
    this.#buffers = new BufferPool(config.max_bytes_in_flight / 4);
    this.#exchange = new OtlpExchange('otlp_grpc', config, intake, settings);
  }

  /** `host:port` as bound; null while it does not listen. */
  get address(): string | null {
    return boundAddress(this.#server);
  }

  async start(): Promise<void> {
    const config = this.#config;
    const authorize = readAuthorize(config, key);
    const tls = readTls(config, key);
    const options = {
      settings: { initialWindowSize: windowBytes, maxConcurrentStreams: config.max_concurrent_streams },
    };
    const server = tls === undefined ? createServer(options) : createSecureServer({ ...options, ...tls });
    server.maxConnections = config.max_connections;
    server.on('session', (session) => this.#watchSession(session));
    server.on('sessionError', () => {}); // a peer's broken connection is its own business
    server.on('stream', (stream, headers) => {
      const call = new GrpcCall(stream, headers, this.#exchange, {
        config,
        authorize,
        settings: this.#settings,
        buffers: this.#buffers,
        done: () => this.#calls.delete(call),
      });
      this.#calls.add(call);
      call.start();
    });
    await listen(server, config.endpoint, key);
    this.#server = server;
    this.#watch = setInterval(() => this.#closeTheDead(), 1000);
    this.#watch.unref();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    clearInterval(this.#watch);
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const session of this.#sessions) session.close(); // GOAWAY: calls under way still get their answer
    const cutOff = setTimeout(() => {
      for (const session of this.#sessions) session.destroy();
    }, stopGraceMs);
    await closed;
    clearTimeout(cutOff);
  }

  #watchSession(session: ServerHttp2Session): void {
    this.#sessions.add(session);
    session.setLocalWindowSize(windowBytes);
    session.on('error', () => {});
    let answered = true;
    const ping = setInterval(() => {
      if (session.destroyed) return;
      if (!answered) {
        session.destroy();
        return;
      }
      answered = false;
      session.ping(() => {
        answered = true;
      });
    }, this.#config.keepalive_seconds * 1000);
    ping.unref();
    session.on('close', () => {
      clearInterval(ping);
      this.#sessions.delete(session);
    });
  }

  #closeTheDead(): void {
    const oldest = performance.now() - this.#config.request_timeout_seconds * 1000;
    for (const call of this.#calls) if (call.isReceiving && call.startedAt < oldest) call.cancel(h2.NGHTTP2_CANCEL);
  }
}
