import * as z from 'zod';
import { parseSection } from '../config-section.ts';
import { endpoint, listenerFields } from '../otlp/config.ts';

const schema = z.strictObject({
  /** `host:port`; port 0 picks a free one. Unset: 127.0.0.1:4317. */
  endpoint: endpoint.default('127.0.0.1:4317'),
  ...listenerFields,
  /** Requests at once on one connection. Unset: 256. */
  max_concurrent_streams: z.int().min(1).default(256),
  /** How often an idle peer is asked whether it is still there; it is closed after missing one answer. Unset: 30. */
  keepalive_seconds: z.number().positive().default(30),
});

export type OtlpGrpcConfig = z.output<typeof schema>;

/** The section `receivers.otlp.grpc`; absent means all defaults. Throws an Error that names the wrong keys. */
export function parseOtlpGrpcConfig(raw: unknown, key = 'receivers.otlp.grpc'): OtlpGrpcConfig {
  return parseSection(schema, key, raw ?? {});
}
