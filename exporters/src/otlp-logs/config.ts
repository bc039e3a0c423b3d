import * as z from 'zod';
import { durationMs, parseSection } from '../config.ts';

const schema = z.strictObject({
  /** Where an OTLP/gRPC receiver listens, `http://collector:4317`; `https://` uses TLS. Required. */
  endpoint: z.url({ protocol: /^https?$/ }),
  /** Sent with every request, for example an API key. Unset: none. */
  headers: z.record(z.string(), z.string()).default({}),
  /** Unset: gzip. */
  compression: z.enum(['gzip', 'none']).default('gzip'),
  /** How long one request may take. Unset: 10s. */
  timeout: durationMs.default(10_000),
  /** The resource's `service.name`. Unset: cnapp-slo. */
  service_name: z.string().min(1).default('cnapp-slo'),
  /** Records held while the receiver is away; what exceeds them is dropped and counted. Unset: 8192. */
  max_queue_records: z.int().min(1).max(1_000_000).default(8192),
});

export type OtlpLogsConfig = z.output<typeof schema>;

/** Null when the section is absent: no findings are exported. Throws an Error that names the key. */
export function parseOtlpLogsConfig(raw: unknown, key = 'exporters.otlp_logs'): OtlpLogsConfig | null {
  return raw === undefined ? null : parseSection(schema, key, raw);
}
