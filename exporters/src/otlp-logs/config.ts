import * as z from 'zod';
import { parseSection } from '../config.ts';
import { otlpSection } from '../otlp.ts';

const schema = otlpSection.extend({
  /** Records held while the receiver is away; what exceeds them is dropped and counted. Unset: 8192. */
  max_queue_records: z.int().min(1).max(1_000_000).default(8192),
});

export type OtlpLogsConfig = z.output<typeof schema>;

/** Null when the section is absent: no findings are exported. Throws an Error that names the key. */
export function parseOtlpLogsConfig(raw: unknown, key = 'exporters.otlp_logs'): OtlpLogsConfig | null {
  return raw === undefined ? null : parseSection(schema, key, raw);
}
