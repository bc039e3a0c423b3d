import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Component, Intake, Signal } from '@cnapp-slo/model';
import type { BudgetShare } from '../otlp/byte-budget.ts';
import { compressionOf } from '../otlp/decompress.ts';
import { type ExportRequest, type Failure, OtlpExchange, type Outcome } from '../otlp/exchange.ts';
import { type Authorize, boundAddress, listen, readAuthorize, readTls } from '../otlp/listener.ts';
import { type Refusal, responseBytes, responseJson, statusBytes, statusJson } from '../otlp/messages.ts';
import type { ReceiverSettings } from '../settings.ts';
import { type Body, readBody } from './body.ts';
import type { OtlpHttpConfig } from './config.ts';

const paths = new Map<string, Signal>([
  ['/v1/logs', 'logs'],
  ['/v1/traces', 'traces'],
  ['/v1/metrics', 'metrics'],
]);
const protobuf = 'application/x-protobuf';
const json = 'application/json';
const maxHeaderBytes = 16 * 1024;
/** What is under way at a stop gets this long; senders repeat what was cut off. */
const stopGraceMs = 5000;
const key = 'receivers.otlp.http';

type Head = Omit<ExportRequest, 'body'>;
type Accepted = Extract<Outcome, { kind: 'accepted' }>;

interface HttpRefusal extends Refusal {
  status: number;
  headers?: Record<string, string>;
}

/** OTLP/HTTP: POST /v1/{logs,traces,metrics} in protobuf or JSON. */
export class OtlpHttpReceiver implements Component {
  readonly name = 'otlp_http';
  readonly #config: OtlpHttpConfig;
  readonly #settings: ReceiverSettings;
  readonly #exchange: OtlpExchange;
  #authorize: Authorize = () => false;
  #server: Server | undefined;

  constructor(config: OtlpHttpConfig, intake: Intake, settings: ReceiverSettings) {
    this.#config = config;
    this.#settings = settings;
    this.#exchange = new OtlpExchange('otlp_http', config, intake, settings);
  }

  /** `host:port` as bound; null while it does not listen. */
  get address(): string | null {
    return boundAddress(this.#server);
  }

  async start(): Promise<void> {
    const config = this.#config;
    this.#authorize = readAuthorize(config, key);
    const tls = readTls(config, key);
    const timeoutMs = config.request_timeout_seconds * 1000;
    const options = {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: Math.min(15_000, timeoutMs),
      requestTimeout: timeoutMs,
      keepAliveTimeout: config.keepalive_seconds * 1000,
      connectionsCheckingInterval: 1000,
    };
    const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
      void this.#serve(request, response);
    };
    const server =
      tls === undefined ? createServer(options, onRequest) : createTlsServer({ ...options, ...tls }, onRequest);
    server.maxConnections = config.max_connections;
    await listen(server, config.endpoint, key);
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const cutOff = setTimeout(() => server.closeAllConnections(), stopGraceMs);
    await closed;
    clearTimeout(cutOff);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const share = this.#exchange.share();
    request.on('error', () => {}); // the body reader sees its close
    response.on('error', () => {});
    try {
      const head = this.#readHead(request);
      const isWanted = !('status' in head);
      const body = await readBody(request, this.#config.max_message_bytes, (bytes) => isWanted && share.grow(bytes));
      if (!body.ok && body.reason === 'aborted') return;
      const answer = 'status' in head ? head : await this.#answer(head, body, share);
      const signal = signalOf(request);
      this.#settings.telemetry.request('otlp_http', signal ?? null, String('status' in answer ? answer.status : 200));
      if (response.destroyed) return;
      if (this.#server === undefined) response.setHeader('connection', 'close'); // stopping: do not wait for idle ones
      const isJson = contentType(request) !== protobuf; // also the answer to a type that is neither
      if ('status' in answer) refuse(request, response, answer, isJson);
      else succeed(response, signal ?? 'logs', answer, isJson);
    } finally {
      share.release();
    }
  }

  /** What the headers say, or why they alone forbid it. */
  #readHead(request: IncomingMessage): Head | HttpRefusal {
    const signal = signalOf(request);
    if (signal === undefined) {
      return { status: 404, code: 'UNIMPLEMENTED', message: 'the paths are /v1/logs, /v1/traces and /v1/metrics' };
    }
    if (request.method !== 'POST') {
      return { status: 405, code: 'UNIMPLEMENTED', message: 'use POST', headers: { allow: 'POST' } };
    }
    if (!this.#authorize(request.headers.authorization)) {
      const headers = { 'www-authenticate': 'Bearer' };
      return { status: 401, code: 'UNAUTHENTICATED', message: 'a valid bearer token is needed', headers };
    }
    const type = contentType(request);
    if (type !== protobuf && type !== json) {
      return { status: 415, code: 'INVALID_ARGUMENT', message: `content-type must be ${protobuf} or ${json}` };
    }
    const compression = compressionOf(request.headers['content-encoding']);
    if (compression === null) {
      const headers = { 'accept-encoding': 'gzip, zstd' };
      return { status: 415, code: 'INVALID_ARGUMENT', message: 'content-encoding must be gzip or zstd', headers };
    }
    return { signal, encoding: type === json ? 'otlp_json' : 'otlp_proto', compression };
  }

  async #answer(head: Head, body: Body, share: BudgetShare): Promise<HttpRefusal | Accepted> {
    if (!body.ok) return refusalFor(body.reason === 'too_large' ? { kind: 'too_large' } : OtlpExchange.noRoom);
    const outcome = await this.#exchange.handle({ ...head, body: body.bytes }, share);
    return outcome.kind === 'accepted' ? outcome : refusalFor(outcome);
  }
}

function signalOf(request: IncomingMessage): Signal | undefined {
  return paths.get((request.url ?? '').split('?', 1)[0] ?? '');
}

function contentType(request: IncomingMessage): string | undefined {
  return request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
}

function succeed(
  response: ServerResponse,
  signal: Signal,
  { rejected, message }: { rejected: number; message: string },
  isJson: boolean,
): void {
  const body = isJson ? JSON.stringify(responseJson(signal, rejected, message)) : responseBytes(rejected, message);
  response.writeHead(200, { 'content-type': isJson ? json : protobuf, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** The answer is a google.rpc.Status in the request's own type, as the OTLP specification asks. */
function refuse(request: IncomingMessage, response: ServerResponse, refusal: HttpRefusal, isJson: boolean): void {
  const body = isJson ? JSON.stringify(statusJson(refusal)) : statusBytes(refusal);
  response.writeHead(refusal.status, {
    'content-type': isJson ? json : protobuf,
    'content-length': Buffer.byteLength(body),
    ...(refusal.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(refusal.retryAfterMs / 1000)) }),
    // An unread body would have to be read before the next request: rather close.
    ...(request.readableEnded ? {} : { connection: 'close' }),
    ...refusal.headers,
  });
  response.end(body);
}

function refusalFor(failure: Failure): HttpRefusal {
  switch (failure.kind) {
    case 'invalid':
      return { status: 400, code: 'INVALID_ARGUMENT', message: `${failure.code}: ${failure.message}` };
    case 'too_large':
      return {
        status: 413,
        code: 'RESOURCE_EXHAUSTED',
        message: 'the message is larger than max_message_bytes',
      };
    case 'overloaded':
      return { status: 503, code: 'UNAVAILABLE', message: failure.code, retryAfterMs: failure.retryAfterMs };
    case 'internal':
      return { status: 500, code: 'INTERNAL', message: 'internal error' };
  }
}
