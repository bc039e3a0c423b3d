import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { PrometheusConfig } from './config.ts';

/** What a scrape answers. */
export interface ScrapePage {
  contentType: string;
  body: string;
}

/** The HTTP listener of `/metrics`: GET and HEAD, the format by `Accept`, nothing else. */
export class ScrapeServer {
  private readonly config: PrometheusConfig;
  private readonly render: (openMetrics: boolean) => Promise<ScrapePage>;
  private server: Server | undefined;

  constructor(config: PrometheusConfig, render: (openMetrics: boolean) => Promise<ScrapePage>) {
    this.config = config;
    this.render = render;
  }

  /** `host:port` as bound; null while it does not listen. */
  get address(): string | null {
    const address = this.server?.address();
    if (!address || typeof address === 'string') return null;
    return address.family === 'IPv6' ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`;
  }

  async start(): Promise<void> {
    const { endpoint, tls } = this.config;
    const answer = (request: IncomingMessage, response: ServerResponse): void => void this.answer(request, response);
    this.server = tls
      ? createTlsServer({ cert: readFileSync(tls.cert_file), key: readFileSync(tls.key_file) }, answer)
      : createServer(answer);
    this.server.listen(endpoint.port, endpoint.host);
    await once(this.server, 'listening');
  }

  async stop(): Promise<void> {
    const server = this.server;
    if (!server) return;
    this.server = undefined;
    server.closeIdleConnections();
    server.close();
    await once(server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const status = this.refusal(request);
    if (status !== null) {
      const headers = status === 401 ? { 'www-authenticate': 'Bearer' } : status === 405 ? { allow: 'GET, HEAD' } : {};
      response.writeHead(status, headers).end();
      return;
    }
    try {
      const { contentType, body } = await this.render(prefersOpenMetrics(request.headers.accept));
      response.writeHead(200, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
      response.end(request.method === 'HEAD' ? undefined : body);
    } catch (error) {
      response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(`cannot collect metrics: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }

  private refusal(request: IncomingMessage): 401 | 404 | 405 | null {
    if (request.url?.split('?')[0] !== '/metrics') return 404;
    if (request.method !== 'GET' && request.method !== 'HEAD') return 405;
    const token = this.config.bearer_token;
    if (token !== undefined && !sameSecret(request.headers.authorization ?? '', `Bearer ${token}`)) return 401;
    return null;
  }
}

/** In constant time, whatever the lengths. */
function sameSecret(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/** True when OpenMetrics is asked for at least as strongly as the classic text format. */
function prefersOpenMetrics(accept: string | undefined): boolean {
  const quality = { open: 0, text: 0 };
  for (const range of (accept ?? '').split(',')) {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const given = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    const q = given === undefined ? 1 : Number(given) || 0;
    if (type === 'application/openmetrics-text') quality.open = Math.max(quality.open, q);
    if (type === 'text/plain') quality.text = Math.max(quality.text, q);
  }
  return quality.open > 0 && quality.open >= quality.text;
}
