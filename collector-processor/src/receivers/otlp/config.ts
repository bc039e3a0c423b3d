import * as z from 'zod';

const mebibyte = 1024 * 1024;

/** What OTLP/gRPC and OTLP/HTTP have in common. */
export const listenerFields = {
  /** Unset: 4 MiB, on the wire and decompressed. A larger message is refused for good; senders have to split it. */
  max_message_bytes: z
    .int()
    .min(1024)
    .max(256 * mebibyte)
    .default(4 * mebibyte),
  /** Bytes of requests that are not answered yet, decompressed. Unset: 64 MiB. Above it senders are told to retry. */
  max_bytes_in_flight: z
    .int()
    .min(1024)
    .default(64 * mebibyte),
  /** Unset: 1000. Further connections are closed at once. */
  max_connections: z.int().min(1).default(1000),
  /** How long a request may take to arrive. Unset: 30. */
  request_timeout_seconds: z.number().positive().default(30),
  /** PEM files. Unset: no TLS. With `client_ca_file`, clients need a certificate that it signed. */
  tls: z
    .strictObject({
      cert_file: z.string().min(1),
      key_file: z.string().min(1),
      client_ca_file: z.string().min(1).optional(),
    })
    .optional(),
  /** A file with the token that senders must show as `Authorization: Bearer …`. Unset: no token is asked for. */
  bearer_token_file: z.string().min(1).optional(),
};

export const endpoint = z.string().regex(/^.+:\d{1,5}$/, 'must be host:port');

const listener = z.strictObject({ endpoint, ...listenerFields });
export type ListenerConfig = z.output<typeof listener>;
