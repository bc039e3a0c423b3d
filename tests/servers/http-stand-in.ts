/** A local server in the place of a service on the internet: it records what it is sent and answers as a test says. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedCall {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** The raw body, and the same as JSON where it is JSON. */
  raw: string;
  json: unknown;
  atMs: number;
}

export interface StandInAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface StandIn {
  url: string;
  calls: ReceivedCall[];
  /** Answers this way from now on. */
  answer(how: (call: ReceivedCall) => StandInAnswer): void;
  stop(): Promise<void>;
}

export async function startStandIn(how: (call: ReceivedCall) => StandInAnswer = () => ({})): Promise<StandIn> {
  const calls: ReceivedCall[] = [];
  let answerOf = how;
  const server = createServer(async (request, response) => {
    const raw = await text(request);
    const { method = '', url = '', headers } = request;
    const call: ReceivedCall = { method, path: url, headers, raw, json: parse(raw), atMs: Date.now() };
    calls.push(call);
    const { status = 200, headers: more = {}, body = {} } = answerOf(call);
    response.writeHead(status, { 'content-type': 'application/json', ...more });
    response.end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answer(next) {
      answerOf = next;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function parse(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}
