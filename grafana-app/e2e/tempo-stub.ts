import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TempoStub extends AsyncDisposable {
  url: string;
  /** The traces that were asked for, by id. */
  asked: string[];
}

/** What a Tempo answers to Grafana, as far as opening a trace needs it: whatever trace it is asked for has one span. */
export async function startTempoStub(): Promise<TempoStub> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const [, traceId] = /^\/api\/(?:v2\/)?traces\/([0-9a-f]+)/.exec(request.url ?? '') ?? [];
    if (traceId === undefined) return response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    asked.push(traceId);
    response.writeHead(200, { 'content-type': 'application/protobuf' }).end(traceById(traceId));
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** `TraceByIDResponse` of Tempo's API v2 (grafana/tempo:pkg/tempopb/tempo.proto), around OTLP's `ResourceSpans` (opentelemetry/proto/trace/v1). */
function traceById(traceId: string): Buffer {
  const nowNs = BigInt(Date.now()) * 1_000_000n;
  const serviceName = message(bytes(1, 'service.name'), bytes(2, message(bytes(1, 'ci'))));
  const span = message(
    bytes(1, Buffer.from(traceId, 'hex')),
    bytes(2, Buffer.from('00f067aa0ba902b7', 'hex')),
    bytes(5, 'deploy'),
    fixed64(7, nowNs - 2_000_000_000n),
    fixed64(8, nowNs),
    bytes(15, ''), // status and scope, which Grafana takes for granted
  );
  const resourceSpans = message(
    bytes(1, message(bytes(1, serviceName))),
    bytes(2, message(bytes(1, ''), bytes(2, span))),
  );
  return message(bytes(1, message(bytes(1, resourceSpans))));
}

// Protocol buffers' wire format: protobuf.dev/programming-guides/encoding. Everything here is shorter than 128 bytes.
const message = (...fields: readonly Buffer[]): Buffer => Buffer.concat(fields);
const bytes = (field: number, value: Buffer | string): Buffer => {
  const content = Buffer.from(value as string);
  return Buffer.concat([Buffer.from([(field << 3) | 2, content.length]), content]);
};
const fixed64 = (field: number, value: bigint): Buffer => {
  const content = Buffer.alloc(8);
  content.writeBigUInt64LE(value);
  return Buffer.concat([Buffer.from([(field << 3) | 1]), content]);
};
