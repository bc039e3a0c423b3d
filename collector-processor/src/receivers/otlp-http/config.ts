import * as z from 'zod';
import { parseSection } from '../config-section.ts';
import { endpoint, listenerFields } from '../otlp/config.ts';

const schema = z.strictObject({
  /** `host:port`; port 0 picks a free one. Unset: 127.0.0.1:4318. */
  endpoint: endpoint.default('127.0.0.1:4318'),
  ...listenerFields,
  /** How long an idle connection stays open. Unset: 75, longer than exporters wait between requests. */
  keepalive_seconds: z.number().positive().default(75),
});

export type OtlpHttpConfig = z.output<typeof schema>;

/** The section `receivers.otlp.http`; absent means all defaults. Throws an Error that names the wrong keys. */
export function parseOtlpHttpConfig(raw: unknown, key = 'receivers.otlp.http'): OtlpHttpConfig {
  return parseSection(schema, key, raw ?? {});
}
