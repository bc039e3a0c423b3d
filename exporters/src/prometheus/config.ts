import * as z from 'zod';
import { endpoint, parseSection } from '../config.ts';

const schema = z.strictObject({
  /** Where `/metrics` listens. Unset: 127.0.0.1:9464. */
  endpoint: endpoint.default({ host: '127.0.0.1', port: 9464 }),
  /** PEM files. Unset: plain HTTP. */
  tls: z.strictObject({ cert_file: z.string().min(1), key_file: z.string().min(1) }).optional(),
  /** What a scraper must send as `Authorization: Bearer`. Unset: no authentication. */
  bearer_token: z.string().min(16).optional(),
  /** Series with a `tenant` label that one tenant may have; what exceeds it is folded into `other`. Unset: 10,000. */
  series_per_tenant: z.int().min(100).default(10_000),
});

export type PrometheusConfig = z.output<typeof schema>;

/** Throws an Error that names the key, for example `metrics.endpoint: must be host:port`. */
export function parsePrometheusConfig(raw: unknown, key = 'metrics'): PrometheusConfig {
  return parseSection(schema, key, raw);
}
