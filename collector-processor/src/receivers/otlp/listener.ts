import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import type { ListenerConfig } from './config.ts';

/** TLS options as node:tls takes them; undefined without TLS. Throws an Error that names the key of an unreadable file. */
export function readTls(config: ListenerConfig, key: string) {
  const { tls } = config;
  if (tls === undefined) return undefined;
  const clientCa = tls.client_ca_file;
  return {
    cert: readConfigFile(tls.cert_file, `${key}.tls.cert_file`),
    key: readConfigFile(tls.key_file, `${key}.tls.key_file`),
    ...(clientCa === undefined
      ? {}
      : {
          ca: readConfigFile(clientCa, `${key}.tls.client_ca_file`),
          requestCert: true,
          rejectUnauthorized: true,
        }),
  };
}

function readConfigFile(path: string, key: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new Error(`${key}: cannot read ${path}`);
  }
}

/** Tells whether an Authorization header is good. Digests are compared, so that the time taken tells nothing. */
export type Authorize = (header: string | undefined) => boolean;

export function readAuthorize(config: ListenerConfig, key: string): Authorize {
  if (config.bearer_token_file === undefined) return () => true;
  const token = readConfigFile(config.bearer_token_file, `${key}.bearer_token_file`).toString('utf8').trim();
  if (token === '') throw new Error(`${key}.bearer_token_file: the file is empty`);
  const want = digest(token);
  return (header) => {
    const shown = /^bearer +(.+)$/i.exec(header ?? '')?.[1];
    return shown !== undefined && timingSafeEqual(digest(shown), want);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Listens on `host:port`. Rejects with an Error that names the key. */
export async function listen(server: Server, endpoint: string, key: string): Promise<void> {
  const colon = endpoint.lastIndexOf(':');
  const host = endpoint.slice(0, colon).replace(/^\[|\]$/g, '');
  const port = Number(endpoint.slice(colon + 1));
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void => reject(new Error(`${key}.endpoint: ${error.message}`));
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

/** `host:port` as bound; null while the server does not listen. */
export function boundAddress(server: Server | undefined): string | null {
  const bound = server?.address() as AddressInfo | null | undefined;
  if (!bound) return null;
  return bound.family === 'IPv6' ? `[${bound.address}]:${bound.port}` : `${bound.address}:${bound.port}`;
}
