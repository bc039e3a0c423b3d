import { z } from 'zod';

const streamDefaults = { max_clients: 100, max_buffered_bytes: 256 * 1024, heartbeat_seconds: 15 };

const GrafanaIdentityConfig = z.strictObject({
  /** Where Grafana answers, such as http://127.0.0.1:3000; its keys are at /api/signing-keys/keys there. */
  url: z.url({ protocol: /^https?$/ }),
  /** Grafana's `root_url`, which its tokens name. Unset: not compared. */
  issuer: z.string().min(1).optional(),
  /** Organisations whose people are believed, as `org:ID`. Unset: the first one. */
  audience: z.array(z.string().min(1)).min(1).default(['org:1']),
});
export type GrafanaIdentityConfig = z.infer<typeof GrafanaIdentityConfig>;

/** `api` in the configuration. */
export const ApiConfig = z.strictObject({
  /** `host:port` to listen on; port 0 picks a free one. */
  endpoint: z.string().regex(/:\d+$/, 'must be host:port').default('127.0.0.1:8080'),
  /** File of hashed tokens (see tokens.ts). Without any tokens everybody may call, and only loopback is bound. */
  tokens_file: z.string().optional(),
  /** The content of such a file, for CNAPP_API__TOKENS; added to the file's. */
  tokens: z.string().optional(),
  /** The Grafana whose signed identities (`X-Grafana-Id`) say who acts. Unset: `X-Grafana-User`, from tokens that may forward. */
  grafana: GrafanaIdentityConfig.optional(),
  /** True: listen beyond loopback, and answer to any host name, without tokens. */
  allow_anonymous: z.boolean().default(false),
  /** PEM files; plain HTTP when unset. */
  tls: z.strictObject({ cert_file: z.string(), key_file: z.string() }).optional(),
  /** Largest body of a POST other than import, bytes. */
  max_body_bytes: z
    .int()
    .positive()
    .default(1024 * 1024),
  /** Largest body of one import, bytes. */
  max_import_bytes: z
    .int()
    .positive()
    .default(64 * 1024 * 1024),
  stream: z
    .strictObject({
      /** More at once are answered 503. */
      max_clients: z.int().positive().default(streamDefaults.max_clients),
      /** Unsent bytes after which a slow client is dropped. */
      max_buffered_bytes: z.int().positive().default(streamDefaults.max_buffered_bytes),
      heartbeat_seconds: z.number().positive().default(streamDefaults.heartbeat_seconds),
    })
    .default(streamDefaults),
});
export type ApiConfig = z.infer<typeof ApiConfig>;
